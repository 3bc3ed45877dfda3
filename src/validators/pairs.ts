/**
 * How surprising one letter after another is in English and in code: quarter bits, each as one character from `0` on. A row for
 * each of a to z, digits, and what else stands in a word; in a row the same for what follows. Counted by `scripts/letter-pairs.ts`
 * over the README files and type declarations of the packages that this project is built with.
 */
// biome-ignore format: a row a line
export const PAIRS: readonly string[] = [
  'YE?BXOAbD^O<@=\\C\\<A;FLMLDYUJ',
  '=QPU8RSOA?U;T\\<QaCDO?Z^jFZTB',
  '=]JY;SZ=EbA@V]9MbBE<DY`hNbVL',
  '?ILE5NRV=XPEOG=L_F?JEQVaKjVA',
  'AJ@>IDLUNUXCD<LGJ:=@REM@JcUD',
  ';\\NZ<A`]8h`F`M:Yo?IG>b`eKhQJ',
  'DQKV5OHC>X^EJCGD]AAF@Y\\gPZT?',
  '<XOY4V_W=U[TLW?T]DO?HWXbSbVI',
  'GLBADGE`\\fN@A7;GUG?>XHjOoJ_H',
  'Dbc]4cbbR_YVYaCPYV6\\GZF\\`cVR',
  'HQHJ4FKS=aTJL?NEaL>JMLOeWYXA',
  '=JKF9QSV<cV<QT>OcKBA@JPkAoYE',
  ':=KH8WT[>[[LFS=<_RCRGWZ`SjVE',
  '@X?=?H<XD[HFNJBH[Q=:AJZiIfZF',
  'MFC>RJL^HRJA@8B@r:GEAGEPVN_O',
  '<ZSM9YYMBf[@SY;Ef;C=@W_aQbRL',
  'Y[XXcd\\d^`gG__]ZdUU`0aI`_aUL',
  '=QFG8FFY<eJJHF<OgBC?EKTjGc\\E',
  'BSCN9OZE@aMPNOA@YM>8CTRWHkV?',
  '?SGO:PY:;aYLOS@Ee=BDFVQ\\@nPD',
  'GGEE=FKfEnd==:XD`<>;Y`kZhab[',
  '8_Xb5]Q`;ii`RY?ZjZWXb_^fbiBJ',
  '<SQT;YQ;9`SOW>>P\\A?N[[H[\\fSG',
  'BTCUAV[QC_HPRVM6aNM6UZVYIcKD',
  'IDGNGNSQG]PED@@4aL@BQTFcZUU?',
  'Cc_]=eda?`XS`j5imgUfNibeRNY6',
  '@HHIMJTQPOQPPSJKWKINNTRU[[38',
  '@E>?CEFJAENEAH@BRC@@HJCTV?@P',
]
/** Bits of surprise that two letters in a row are: small and small, small and capital, capital and small, capital and capital. */
export const CASES: readonly number[] = [0, 4.5, 0.5, 2]
