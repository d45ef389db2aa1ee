// Written by bench/tokenizers/unicode_classes.py from tokenizers 0.23.3.

/// The character classes of huggingface/tokenizers, as lengths of runs in base 36.
enum CharacterRuns {
  /// The general categories, in the order of their letters in `categories`.
  static let names = [
    "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Pc", "Pd", "Ps", "Pe",
    "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So", "Zs", "Zl", "Zp", "Cc", "Cf", "Co", "Cn",
  ]
  /// The letter of each category, in the order of `names`.
  static let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ!#$"
  /// A run is the letter of its category and its length.
  static let categories = """
    Zw W1 R3 T1 R3 N1 O1 R1 S1 R1 M1 R2 Ia R2 S3 R2 Aq N1 R1 O1 U1 L1 U1 Bq N1 S1 O1 S1 Zx W1 R1 \
    T4 V1 R1 U1 V1 E1 P1 S1 !1 V1 U1 V1 S1 K2 U1 B1 R2 U1 K1 E1 Q1 K3 R1 An S1 A7 Bo S1 B8 A1 B1 \
    A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 \
    B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B2 A1 B1 A1 B1 A1 B1 A1 B1 \
    A1 B1 A1 B1 A1 B1 A1 B2 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 \
    B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A2 B1 A1 B1 A1 B3 A2 B1 \
    A1 B1 A2 B1 A3 B2 A4 B1 A2 B1 A3 B3 A2 B1 A2 B1 A1 B1 A1 B1 A2 B1 A1 B2 A1 B1 A2 B1 A3 B1 A1 \
    B1 A2 B2 E1 A1 B3 E4 A1 C1 B1 A1 C1 B1 A1 C1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 \
    B2 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B2 A1 C1 B1 A1 B1 A3 B1 A1 B1 A1 B1 A1 \
    B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 \
    A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B7 A2 B1 A2 B2 A1 B1 A4 B1 A1 \
    B1 A1 B1 A1 B1 A1 B1x E1 Br Di U4 Dc Ue D5 U7 D1 U1 D1 Uh F34 A1 B1 A1 B1 D1 U1 A1 B1 $2 D1 \
    B3 R1 A1 $4 U2 A1 R1 A3 $1 A1 $1 A2 B1 Ah $1 A9 Bz A1 B2 A3 B3 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 \
    A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B5 A1 B1 S1 A1 B1 A2 B2 A1f B1c A1 B1 A1 B1 A1 B1 A1 \
    B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 V1 F5 H2 A1 \
    B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 \
    A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A2 B1 A1 B1 A1 B1 A1 B1 A1 \
    B1 A1 B1 A1 B2 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 \
    A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 \
    B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 \
    A1 B1 A1 B1 A1 B1 A1 B1 $1 A12 $2 D1 R6 B15 R1 M1 $2 V2 T1 $1 F19 M1 F1 R1 F2 R1 F2 R1 F1 $8 \
    Er $4 E4 R2 $b !6 S3 R2 T1 R2 V2 Fb R1 !1 R3 Ew D1 Ea Fl Ia R4 E2 F1 E2r R1 E1 F7 !1 V1 F6 D2 \
    F2 V1 F4 E2 Ia E3 V2 E1 Re $1 !1 E1 F1 Eu Fr $2 E2h Fb E1 $e Ia Ex F9 D2 V1 R3 D1 $2 F1 T2 Em \
    F4 D1 F9 D1 F3 D1 F5 $2 Rf $1 Ep F3 $2 R1 $1 Eb $5 Eo U1 E6 $1 !2 $5 F9 E15 D1 Fo !1 Fw G1 \
    E1i F1 G1 F1 E1 G3 F8 G4 F1 G2 E1 F7 Ea F2 R2 Ia R1 D1 Ef F1 G2 $1 E8 $2 E2 $2 Em $1 E7 $1 E1 \
    $3 E4 $2 F1 E1 G3 F4 $2 G2 $2 G2 F1 E1 $8 G1 $4 E2 $1 E3 F2 $2 Ia E2 T2 K6 V1 T1 E1 R1 F1 $2 \
    F2 G1 $1 E6 $4 E2 $2 Em $1 E7 $1 E2 $1 E2 $1 E2 $2 F1 $1 G3 F2 $4 F2 $2 F3 $3 F1 $7 E4 $1 E1 \
    $7 Ia F2 E3 F1 R1 $a F2 G1 $1 E9 $1 E3 $1 Em $1 E7 $1 E2 $1 E5 $2 F1 E1 G3 F5 $1 F2 G1 $1 G2 \
    F1 $2 E1 $f E2 F2 $2 Ia R1 T1 $7 E1 F6 $1 F1 G2 $1 E8 $2 E2 $2 Em $1 E7 $1 E2 $1 E5 $2 F1 E1 \
    G1 F1 G1 F4 $2 G2 $2 G2 F1 $7 F2 G1 $4 E2 $1 E3 F2 $2 Ia V1 E1 K6 $a F1 E1 $1 E6 $3 E3 $1 E4 \
    $3 E2 $1 E1 $1 E2 $3 E2 $3 E3 $3 Ec $4 G2 F1 G2 $3 G3 $1 G3 F1 $2 E1 $6 G1 $e Ia K3 V6 T1 V1 \
    $5 F1 G3 F1 E8 $1 E3 $1 En $1 Eg $2 F1 E1 F3 G4 $1 F3 $1 F4 $7 F2 $1 E3 $2 E1 $2 E2 F2 $2 Ia \
    $7 R1 K7 V1 E1 F1 G2 R1 E8 $1 E3 $1 En $1 Ea $1 E5 $2 F1 E1 G1 F1 G5 $1 F1 G2 $1 G2 F2 $7 G2 \
    $6 E2 $1 E2 F2 $2 Ia $1 E2 G1 $c F2 G2 E9 $1 E3 $1 E15 F2 E1 G3 F4 $1 G3 $1 G3 F1 E1 V1 $4 E3 \
    G1 K7 E3 F2 $2 Ia K9 V1 E6 $1 F1 G2 $1 Ei $3 Eo $1 E9 $1 E1 $2 E7 $3 F1 $4 G3 F3 $1 F1 $1 G8 \
    $6 Ia $2 G2 R1 $c E1c F1 E2 F7 $4 T1 E6 D1 F8 R1 Ia R2 $11 E2 $1 E1 $1 E5 $1 Eo $1 E1 $1 Ea \
    F1 E2 F9 E1 $2 E5 $1 D1 $1 F7 $1 Ia $2 E4 $w E1 V3 Rf V1 R1 V3 F2 V6 Ia Ka V1 F1 V1 F1 V1 F1 \
    N1 O1 N1 O1 G2 E8 $1 E10 $4 Fe G1 F5 R1 F2 E5 Fb $1 F10 $1 V8 F1 V6 $1 V2 R5 V4 R2 $11 E17 G2 \
    F4 G1 F6 G1 F2 G2 F2 E1 Ia R6 E6 G2 F2 E4 F3 E1 G3 E2 G7 E3 F4 Ed F1 G2 F2 G6 F1 E1 G1 Ia G3 \
    F1 V2 A12 $1 A1 $5 A1 $2 B17 R1 D1 B3 E95 $1 E4 $2 E7 $1 E1 $1 E4 $2 E15 $1 E4 $2 Ex $1 E4 $2 \
    E7 $1 E1 $1 E4 $2 Ef $1 E1l $1 E4 $2 E1v $2 F3 R9 Kk $3 Eg Va $6 A2e $2 B6 $2 M1 Eh8 V1 R1 Eh \
    W1 Eq N1 O1 $3 E23 R3 J3 E8 $7 Ei F3 G1 $9 Ej F2 G1 R2 $9 Ei F2 $c Ed $1 E3 $1 F2 $c E1g F2 \
    G1 F7 G8 F1 G2 Fb R3 D1 R3 T1 E1 F1 $2 Ia $6 Ka $6 R6 M1 R4 F3 !1 F1 Ia $6 Ez D1 E1h $7 E5 F2 \
    Ey F1 E1 $5 E1y $a Ev $1 F3 G4 F2 G3 $4 G2 F1 G6 F3 $4 V1 $3 R2 Ia Eu $2 E5 $b E18 $4 Eq $6 \
    Ia K1 $3 Vy En F2 G2 F1 $2 R2 E1h G1 F1 G1 F7 $1 F1 G1 F1 G2 F8 G6 Fa $2 F1 Ia $6 Ia $6 R7 D1 \
    R6 $2 Fe H1 Fg $1d F4 G1 E1b F1 G1 F5 G1 F1 G5 F1 G2 E8 $1 R2 Ia R7 Va F9 V9 R3 F2 G1 Eu G1 \
    F4 G2 F2 G1 F3 E2 Ia E18 F1 G1 F2 G3 F1 G1 F3 G2 $8 R4 E10 G8 F8 G2 F2 $3 R5 Ia $3 E3 Ia Eu \
    D6 R2 B9 A1 B1 $5 A17 $2 A3 R8 $8 F3 R1 Fd G1 F7 E4 F1 E6 F1 E2 G1 F2 E1 $5 B18 D1r Bd D1 By \
    D11 F1s A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 \
    A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 \
    B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 \
    A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 \
    B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B9 A1 B1 \
    A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 \
    B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 \
    A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 \
    B1 A1 B9 A8 B6 $2 A6 $2 B8 A8 B8 A8 B6 $2 A6 $2 B8 $1 A1 $1 A1 $1 A1 $1 A1 B8 A8 Be $2 B8 C8 \
    B8 C8 B8 C8 B5 $1 B2 A4 C1 U1 B1 U3 B3 $1 B2 A4 C1 U3 B4 $2 B2 A4 $1 U3 B8 A5 U3 $2 B3 $1 B2 \
    A4 C1 U2 $1 Wb !5 M6 R2 P1 Q1 N1 P2 Q1 N1 P1 R8 X1 Y1 !5 W1 R9 P1 Q1 R4 L2 R3 S1 N1 O1 Rb S1 \
    R1 L1 Ra W1 !5 $1 !a K1 D1 $2 K6 S3 N1 O1 D1 Ka S3 N1 O1 $1 Dd $3 Tx $f Fd H4 F1 H3 Fc $f V2 \
    A1 V4 A1 V2 B1 A3 B2 A3 B1 V1 A1 V2 S1 A5 V6 A1 V1 A1 V1 A1 V1 A4 V1 B1 A4 B1 E4 B1 V2 B2 A2 \
    S5 A1 B4 V1 S1 V2 B1 V1 Kg Jz A1 B1 J4 K1 V2 $4 S5 V5 S2 V4 S1 V2 S1 V2 S1 V7 S1 Vv S2 V2 S1 \
    V1 S1 Vv S7g V8 N1 O1 N1 O1 Vk S2 V7 N1 O1 V29 S1 Vu Sp V14 S6 V20 $m Vb $l K1o V26 Km V53 S1 \
    V9 S1 V1i S8 V33 S1 V6w N1 O1 N1 O1 N1 O1 N1 O1 N1 O1 N1 O1 N1 O1 Ku V18 S5 N1 O1 Sv N1 O1 N1 \
    O1 N1 O1 N1 O1 N1 O1 Sg V74 S3n N1 O1 N1 O1 N1 O1 N1 O1 N1 O1 N1 O1 N1 O1 N1 O1 N1 O1 N1 O1 \
    N1 O1 S1r N1 O1 N1 O1 Sw N1 O1 S76 V1c Sl V2 S6 V13 $2 Vw $1 V2x A1c B1c A1 B1 A3 B2 A1 B1 A1 \
    B1 A1 B1 A4 B1 A1 B2 A1 B6 D2 A3 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 \
    B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 \
    A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 \
    B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B2 V6 A1 B1 A1 B1 F3 A1 B1 $5 R4 K1 R2 B12 $1 \
    B1 $5 B1 $2 E1k $7 D1 R1 $e F1 En $9 E7 $1 E7 $1 E7 $1 E7 $1 E7 $1 E7 $1 E7 $1 E7 $1 Fw R2 P1 \
    Q1 P1 Q1 R3 P1 Q1 R1 P1 Q1 R9 M1 R2 M1 R1 P1 Q1 R2 P1 Q1 N1 O1 N1 O1 N1 O1 N1 O1 R5 D1 Ra M2 \
    R4 M1 R1 N1 Rd V2 R3 N1 O1 N1 O1 N1 O1 N1 O1 M1 $y Vq $1 V2h $c V5y $q Vg W1 R3 V1 D1 E1 J1 \
    N1 O1 N1 O1 N1 O1 N1 O1 N1 O1 V2 N1 O1 N1 O1 N1 O1 N1 O1 M1 N1 O2 V1 J9 F4 G2 M1 D5 V2 J3 D1 \
    E1 R1 V2 $1 E2e $2 F2 U2 D2 E1 M1 E2i R1 D3 E1 $5 E17 $1 E2m $1 V2 K4 Va Ew V12 $9 V1 Eg Vv \
    $1 Ka Vu K8 V1 Kf Vw Ka V13 Kf V8w E534 V1s Eg7p D1 Evr $3 V1j $9 E14 D6 R2 E7g D1 R3 Eg Ia \
    E2 $k A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 \
    B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 E1 F1 H3 R1 Fa R1 D1 A1 B1 A1 B1 A1 B1 A1 \
    B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 D2 F2 E1y Ja F2 R6 $8 Un D9 U2 \
    A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B3 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 \
    B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 \
    A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 D1 B8 A1 B1 A1 B1 A2 B1 A1 B1 A1 B1 A1 B1 A1 B1 D1 \
    U2 A1 B1 A1 B1 E1 A1 B1 A1 B3 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A5 \
    B1 A5 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A1 B1 A4 B1 A1 B1 A2 B1 $2 A1 B1 $1 B1 $1 B1 A1 \
    B1 A1 B1 A1 B1 A1 $l D3 A1 B1 E1 D2 B1 E7 F1 E3 F1 E4 F1 En G2 F2 G1 V4 F1 $3 K6 V2 T1 V1 $6 \
    E1g R4 $8 G2 E1e Gg F2 $8 R2 Ia $6 Fi E6 R3 E1 R1 E2 F1 Ia Es F8 R2 En Fb G2 $b R1 Et $3 F3 \
    G1 E1b F1 G2 F4 G2 F2 G3 Rd $1 D1 Ia $4 R2 E5 F1 D1 E9 Ia E5 $1 E15 F6 G2 F2 G2 F2 $9 E3 F1 \
    E8 F1 G1 $2 Ia $2 R4 Eg D1 E6 V3 E1 G1 F1 G1 E1e F1 E1 F3 E2 F2 E5 F2 E1 F1 E1 $o E2 D1 R2 Eb \
    G1 F2 G2 R2 E1 D2 G1 F1 $a E6 $2 E6 $2 E6 $9 E7 $1 E7 $1 B17 U1 D4 B9 D1 U2 $4 B28 Ez G2 F1 \
    G2 F1 G2 R1 G1 F1 $2 Ia $6 E8mc $c En $4 E1d $1l0 #4xs Ea6 $2 E2y $12 B7 $c B5 $5 E1 F1 Ea S1 \
    Ed $1 E5 $1 E1 $1 E2 $1 E2 $1 E30 Uh $g Ea3 O1 N1 Vg E1s $2 E1i $7 V1 $w Ec T1 V3 Fg R7 N1 O1 \
    R1 $6 Fg R1 M2 L2 N1 O1 N1 O1 N1 O1 N1 O1 N1 O1 N1 O1 N1 O1 N1 O1 R2 N1 O1 R4 L3 R3 $1 R4 M1 \
    N1 O1 N1 O1 N1 O1 R3 S1 M1 S3 $1 R1 T1 R2 $4 E5 $1 E3r $2 !1 $1 R3 T1 R3 N1 O1 R1 S1 R1 M1 R2 \
    Ia R2 S3 R2 Aq N1 R1 O1 U1 L1 U1 Bq N1 S1 O1 S1 N1 O1 R1 N1 O1 R2 Ea D1 E19 D2 Ev $3 E6 $2 E6 \
    $2 E6 $2 E3 $3 T2 S1 U1 V1 T2 $1 V1 S4 V2 $a !3 V2 $2 Ec $1 Eq $1 Ej $1 E2 $1 Ef $2 Ee $y E3f \
    $5 R3 $4 K19 $3 V9 J1h K4 Vh K2 V3 $1 Vd $3 V1 $1b V19 F1 $3m Et $3 E1d $f F1 Kr $4 Ew K4 $9 \
    Ek J1 E8 J1 $5 E12 F5 $5 Eu $1 R1 E10 $4 E8 R1 J5 $16 A14 B14 E26 $2 Ia $6 A10 $4 B10 $4 E14 \
    $8 E1g $b R1 Ab $1 Af $1 A7 $1 A2 $1 Bb $1 Bf $1 B7 $1 B2 $3 E1g $c E8n $9 Em $a E8 $o D6 $1 \
    D16 $1 D9 $1x E6 $2 E1 $1 E18 $1 E2 $3 E1 $2 En $1 R1 K8 En V2 K7 Ev $8 K9 $1c Ej $1 E2 $5 K5 \
    Em K6 $3 R1 Eq $5 R1 $1s E1k $4 K2 E2 Kg $2 K1a E1 F3 $1 F2 $5 F4 E4 $1 E3 $1 Et $2 F3 $4 F1 \
    K9 $7 R9 $7 Et K2 R1 Et K3 $w E8 V1 Es F2 $4 K5 R7 $9 E1i $3 R7 Em $2 K8 Ej $5 K8 Ei $7 R4 $c \
    K7 $28 E21 $1j A1f $d B1f $7 K6 E10 F4 $8 Ia $6 Ia E4 D1 E1 Am $3 F5 M1 D1 Bm $8 S2 $5s Kv $1 \
    E16 $1 F2 M1 $2 E2 $g E3 $1j F4 Et Ka E1 $8 Em Fb K4 R5 $m Ei F4 R4 $12 El K7 $k En $9 G1 F1 \
    G1 E1h Ff R7 $4 Kk Ia F1 E2 F2 E1 $9 F3 G1 E19 G3 F4 G2 F2 R2 !1 R4 F1 $a !1 $2 Ep $7 Ia $6 \
    F3 E10 F5 G1 F8 $1 Ia R4 E1 G2 E1 $8 Ez F1 R2 E1 $9 F2 G1 E1c G3 F9 G2 E4 R4 F4 R1 G1 F1 Ia \
    E1 R1 E1 R3 $1 Kk $b Ei $1 Ep G3 F3 G2 F1 G1 F2 R6 F1 E2 F1 $1q E7 $1 E1 $1 E4 $1 Ef $1 Ea R1 \
    $6 E1b F1 G3 F8 $5 Ia $6 F2 G2 $1 E8 $2 E2 $2 Em $1 E7 $1 E2 $1 E5 $1 F2 E1 G2 F1 G4 $2 G2 $2 \
    G3 $2 E1 $6 G1 $5 E5 G2 $2 F7 $3 F5 $b Ea $1 E1 $2 E1 $1 E12 $1 E1 G3 F6 $1 G1 $2 G1 $1 G4 $1 \
    G2 F1 G1 F1 E1 F1 E1 R2 $1 R2 $8 F2 $t E1h G3 F8 G2 F3 G1 F1 E4 R5 Ia R2 $1 R1 F1 E3 $u E1c \
    G3 F6 G1 F1 G4 F2 G1 F2 E2 R1 E1 $8 Ia $4m E1b G3 F4 $2 G4 F2 G1 F2 Rn E4 F2 $y E1c G3 F8 G2 \
    F1 G1 F2 R3 E1 $b Ia $6 Rd $j E17 F1 G1 F1 G2 F6 G1 F1 E1 R1 $6 Ia $6 Ik $s Er $2 F1 G1 F1 G2 \
    F4 G1 F5 $4 Ia K2 R3 V1 E7 $55 E18 G3 F9 G1 F2 R1 $2s Aw Bw Ia K9 $c E8 $2 E1 $2 E8 $1 E2 $1 \
    Eo G6 $1 G2 $2 F2 G1 F1 E1 G1 E1 G1 F1 R3 $9 Ia $1y E8 $2 E13 G3 F4 $2 F2 G4 F1 E1 R1 E1 G1 \
    $r E1 Fa E14 F6 G1 E1 F4 R8 F1 $8 E1 F6 G2 F3 E1a Fd G1 F2 R3 E1 R5 $d E21 $7 Ra $52 Ex R1 $e \
    Ia $6 E9 $1 E11 G1 F7 $1 F6 G1 F1 E1 R5 $a Ia Kj $3 R2 Eu $2 Fm $1 G1 F7 G1 F2 G1 F2 $21 E7 \
    $1 E2 $1 E12 F6 $3 F1 $1 F2 $1 F7 E1 F1 $8 Ia $6 E6 $1 E2 $1 Ew G5 $1 F2 $1 G2 F1 G1 F1 E1 $7 \
    Ia $8m Ej F2 G2 R2 $7 F2 E1 G1 Ed $1 Ey G2 F5 $3 G2 F1 G1 F1 Rd Ia F1 $2d E1 $f Kl V8 T4 Vh \
    $d R1 Epm $2u J33 $1 R5 $b E5g $218 E2p R2 $d Ets !g F1 E6 Ff $a E32z $5 Eg7 $5a1 Eu Fc G3 F3 \
    Ia $1c6 Eft $7 Ev $1 Ia $4 R2 E27 $1 Ia $6 Eu $2 F5 R1 $a E1c F7 R5 V4 D4 R1 V1 $a Ia $1 K7 \
    $1 El $5 Ej $c0 D3 E14 D2 R3 Ia $5i Aw Bw Kn R4 $2t E23 $4 F1 E1 G1j $7 F4 Dd $1s D2 R1 D1 F1 \
    $b G2 $e E4qg $8 Eye $15 Ea $6w7 D4 $1 D7 $1 D2 $1 E83 $f E1 $t E3 $2 E1 $e E4 $8 Eb0 $1s4 \
    E2z $5 Ed $3 E9 $7 Ea $2 V1 F2 R1 !4 $318 V6o Ia $6 Vc4 $24 F1a $2 Fn $9 V38 $1o V6u $a V13 \
    $2 V1o G2 F3 V3 G6 !8 F8 V2 F7 Vu F4 V1p $l V1u F3 V1 $3e Kk $c Kk $c V2f $9 Kp $3r Aq Bq Aq \
    B7 $1 Bi Aq Bq A1 $1 A2 $2 A1 $2 A2 $2 A4 $1 A8 B4 $1 B1 $1 B7 $1 Bb Aq Bq A2 $1 A4 $2 A8 $1 \
    A7 $1 Bq A2 $1 A4 $1 A5 $1 A1 $3 A7 $1 Bq Aq Bq Aq Bq Aq Bq Aq Bq Aq Bq Aq Bs $2 Ap S1 Bp S1 \
    B6 Ap S1 Bp S1 B6 Ap S1 Bp S1 B6 Ap S1 Bp S1 B6 Ap S1 Bp S1 B6 A1 B1 $2 I1e Ve8 F1j V4 F1e V8 \
    F1 Ve F1 V2 R5 $f F5 $1 Ff $uo Ba E1 Bk $6 B6 $5x F7 $1 Fh $2 F7 $1 F2 $1 F5 $5 D1q $x F1 $34 \
    E19 $3 F7 D7 $2 Ia $4 E1 V1 $8w Eu F1 $h E18 F4 Ia $5 T1 $cw Er D1 F4 Ia $5y Eu F2 E1 Ia $4 \
    R1 $dc E7 $1 E4 $1 E2 $1 Ef $1 E5h $2 K9 F7 $15 Ay By F7 D1 $4 Ia $4 R2 $lt K1n V1 K3 T1 K4 \
    $24 K19 V1 Kf $5e E4 $1 Er $1 E2 $1 E1 $2 E1 $1 Ea $1 E4 $1 E1 $1 E1 $6 E1 $4 E1 $1 E1 $1 E1 \
    $1 E3 $1 E2 $1 E1 $2 E1 $1 E1 $1 E1 $1 E1 $1 E1 $1 E2 $1 E1 $2 E4 $1 E7 $1 E4 $1 E4 $1 E1 $1 \
    Ea $1 Eh $5 E3 $1 E5 $1 Eh $1g S2 $7i V18 $4 V2s $c Vf $2 Vf $1 Vf $1 V11 $a Kd V4h $1k Vt $d \
    V18 $4 V9 $7 V2 $e V6 $4a V6z U5 Vk8 $4 Vh $3 Vd $3 V3b $4 V2n $6 Vc $4 V1 $f Vc $4 V1k $8 Va \
    $6 V14 $8 Vu $2 Vc $4 V2 $1q V9g $c Ve $2 Vd $3 Va $5 V1k $7 Vf $2 Vb $6 V9 $7 V43 $1 V2k Ia \
    $sm Ewyo $w E37e $6 E66 $2 E4g2 $e E5rl $f Eha $1wi Ef2 $15u E3t7 $5 E38g $f975 !1 $u !2o $3k \
    F6o $1e6o #1eke $2 #1eke $2
    """
  /// Runs of scalars outside and inside the class, in turns; 25 are inside.
  static let whitespace = """
    9 5 i 1 2s 1 q 1 4bj 1 1vj b t 2 5 1 1b 1 334 1 nm67
    """
  /// Runs of scalars outside and inside the class, in turns; 144671 are inside.
  static let word = """
    1c a 7 q 4 1 1 q 1b 1 7 2 1 1 3 2 1 3 1 n 1 v 1 cq 4 c e 5 7 1 1 1 h 39 1 2 2 4 1 1 6 1 1 3 1 \
    1 1 k 1 2b 1 3v 1 4t 1 12 2 1 6 15 8 19 1 1 1 2 1 2 1 1 8 r 4 4 t b 5 22 4 2u 1 8 2 a 1 j 2 1 \
    g 1n 2 2t e 1i 4 1 2 1 2 1a i s 4 b 5 o 1 6 8 23 1 3l 2 a 1 j 1 8 2 2 2 m 1 7 1 1 3 4 2 9 2 2 \
    2 4 8 1 4 2 1 5 2 c a 1 1 1 2 3 1 6 4 2 2 m 1 7 1 2 1 2 1 2 2 1 1 5 4 2 2 3 3 1 7 4 1 1 7 g b \
    3 1 9 1 3 1 m 1 7 1 2 1 5 2 a 1 3 1 3 2 1 f 4 2 a 9 7 1 3 1 8 2 2 2 m 1 7 1 2 1 5 2 9 2 2 2 3 \
    7 3 4 2 1 5 2 a 1 1 g 2 1 6 3 3 1 4 3 2 1 1 1 2 3 2 3 3 3 c 4 5 3 3 1 4 2 1 6 1 e a g d 1 3 1 \
    n 1 g 2 9 1 3 1 4 7 2 1 3 2 1 2 4 2 a g 4 1 8 1 3 1 n 1 a 1 5 2 9 1 3 1 4 7 2 6 2 1 4 2 a 1 3 \
    c d 1 3 1 1f 1 3 1 5 5 4 7 5 2 a a 6 1 3 1 i 3 o 1 9 1 1 2 7 3 1 4 6 1 1 1 8 6 a 2 2 d 1m 5 f \
    1 a 13 2 1 1 1 5 1 o 1 1 1 n 2 5 1 1 1 7 1 a 2 4 w 1 n 2 6 a b 1 1 1 1 1 4 a 1 10 4 k 1 i 1 \
    10 9 1 1l 22 6 26 2 12 1 1 5 1 2 17 1 99 1 4 2 7 1 1 1 4 2 15 1 4 2 x 1 4 2 7 1 1 1 4 2 f 1 \
    1l 1 4 2 1v 2 3 w g g 2e 2 6 3 h8 2 h 1 q 5 23 3 b 7 m 9 m b k c d 1 3 1 2 c 2c 3 1 4 2 2 a x \
    3 1 b 6 2h 7 17 5 1y a v 1 c 4 c a 14 2 5 b 18 4 q 6 a 12 s 4 1r 1 t 2 b 6 a d 1 8 v 1d 25 3 \
    a h 9 c 38 c 1k 8 a 3 1d 2 b 5 17 2 3 g 3 1 13 5 eu 2 6 2 12 2 6 2 8 1 1 1 1 1 1 1 v 2 1h 1 7 \
    1 1 3 3 1 7 3 4 2 6 4 d 5 3 1 7 1u 2 j 1 s 1 d 1 g d 1f x h 1 4 1 2 a 1 1 3 5 6 1 1 1 1 1 1 4 \
    1 b 2 4 5 5 4 1 h 15 ml 1g 1ee 6d 6 9 c 12 1 1 5 1 2 1k 7 1 f o 9 7 1 7 1 7 1 7 1 7 1 7 1 7 1 \
    7 1 w 1b 1 d1 3 p f 1 5 2 5 4 2e 2 2 2 3 1 2i 1 4 5 17 1 2m h w 1c g e8 534 1s h3h 1v 1a 2 7h \
    3 s k 1f 1 a 1 37 11 9 2 2v 2 1v 2 2 1 1 1 8 l 1i 4 1 j 1g c 1y a a 6 o 3 1 1 1d 2 10 c t 3 \
    1t e b 6 v 1 1j 9 e 2 a 6 n 3 21 o 3 2 g 2 5 a 6 2 6 2 6 9 7 1 7 1 17 1 e 6 3f 1 2 2 a 6 8mc \
    c n 4 1d 6is a6 2 2y 12 7 c 5 5 c 1 d 1 5 1 1 1 2 1 2 1 30 x a3 i 1s 2 1i 14 c 4 g g g 3 2 o \
    3 w 5 1 3r j a 7 q 4 1 1 q b 2h 3 6 2 6 2 6 2 3 z c 1 q 1 j 1 2 1 f 2 e y 3f 1x 1h 3s 1 3m t \
    3 1d f 1 v w d u 5 17 5 u 2 10 4 8 1 5 16 4e 2 a 6 10 4 10 4 14 8 1g c b 1 f 1 7 1 2 1 b 1 f \
    1 7 1 2 3 1g c 8n 9 m a 8 o 6 1 16 1 9 1x 6 2 1 1 18 1 2 3 1 2 n a n 9 v 1t j 1 2 a m a q 1y \
    1k 6 2 1s 4 1 2 5 8 1 3 1 t 2 3 4 1 w t 3 t z 8 1 u p 1i a m a j d i 32 21 1j 1f d 1f d 14 8 \
    a 6 12 3 5 1 n 6y 16 1 2 3 2 g 3 1j x a 1 8 x v m 16 l r n 9 1z v g 9 1o 7 1 d p 7 a 6 1h 1 a \
    4 4 8 10 2 1 9 1x 4 4 1 d 1 1 z i 1 11 6 4 1q 7 1 1 1 4 1 f 1 a 7 1n 5 a 6 4 1 8 2 2 2 m 1 7 \
    1 2 1 5 1 a 2 2 2 3 2 1 6 1 5 7 2 7 3 5 b a 1 1 2 1 1 12 1 a 1 1 2 1 1 4 1 8 d 2 t 23 5 a 4 4 \
    u 1y 1 1 8 a 4m 1i 2 9 n 6 y 1t 3 1 b a 12 1l 7 a 6 k s r 2 f 4 a 6 7 55 1n 2t 22 l 8 2 1 2 8 \
    1 2 1 u 1 2 2 9 c a 1y 8 2 1a 2 8 1 2 r 1r 8 1 8 22 3 1 i 21 5j x f a 6 9 1 19 1 9 f a o u 2 \
    m 1 e 21 7 1 2 1 18 3 1 1 2 1 9 8 a 6 6 1 2 1 11 1 2 1 6 7 a 8m n 9 h 1 15 3 5 d b 2d 1 27 pm \
    2u 33 h 5g 218 2p f ts g m a 32z 5 g7 5a1 1m 1c6 ft 7 v 1 a 6 27 1 a 6 u 2 5 b 1j 9 4 c a 9 l \
    5 j c0 19 3 a 5i 1s 3k 23 4 1l 7 h 1s 2 1 2 b 2 e 4qg 8 ye 15 a 6w7 4 1 7 1 2 1 83 f 1 t 3 2 \
    1 e 4 8 b0 1s4 2z 5 d 3 9 7 a 3 2 381 a ee 1a 2 n f2 5 3 6 8 8 2 7 u 4 44 3 cb 2d 1 1z 1 2 2 \
    1 2 2 2 4 1 c 1 1 1 7 1 1t 1 4 2 8 1 7 1 s 1 4 1 5 1 1 3 7 1 9g 2 p 1 p 1 v 1 p 1 v 1 p 1 v 1 \
    p 1 v 1 p 1 8 2 1e e8 1j 4 1e 8 1 e 1 m 5 1 f uo v 6 6 5x 7 1 h 2 7 1 2 1 5 5 1q x 1 34 19 3 \
    e 2 a 4 1 8x v h 1m d2 16 5y 17 dh 7 1 4 1 2 1 f 1 5h b 7 15 24 4 a x2 4 1 r 1 2 1 1 2 1 1 a \
    1 4 1 1 1 1 6 1 4 1 1 1 1 1 1 3 1 2 1 1 2 1 1 1 1 1 1 1 1 1 1 2 1 1 2 4 1 7 1 4 1 4 1 1 1 a 1 \
    h 5 3 1 5 1 h hg q 6 q 6 q 21y a sm wyo w 37e 6 66 2 4g2 e 5rl f ha 1wi f2 15u 3t7 5 38g f9e8 \
    6o 47bk
    """
  /// Runs of scalars outside and inside the class, in turns; 144667 are inside.
  static let rustWord = """
    1c a 7 q 4 1 1 q 1b 1 a 1 4 1 5 n 1 v 1 cq 4 c e 5 7 1 1 1 h 39 1 2 2 4 1 1 6 1 1 3 1 1 1 k 1 \
    2b 1 3v 1 4t 1 12 2 1 6 15 8 19 1 1 1 2 1 2 1 1 8 r 4 4 t b 5 22 4 2u 1 8 2 a 1 j 2 1 g 1n 2 \
    2t e 1i 4 1 2 1 2 1a i s 4 b 5 o 1 6 8 23 1 3l 2 a 1 j 1 8 2 2 2 m 1 7 1 1 3 4 2 9 2 2 2 4 8 \
    1 4 2 1 5 2 c a 1 1 1 2 3 1 6 4 2 2 m 1 7 1 2 1 2 1 2 2 1 1 5 4 2 2 3 3 1 7 4 1 1 7 g b 3 1 9 \
    1 3 1 m 1 7 1 2 1 5 2 a 1 3 1 3 2 1 f 4 2 a 9 7 1 3 1 8 2 2 2 m 1 7 1 2 1 5 2 9 2 2 2 3 7 3 4 \
    2 1 5 2 a 1 1 g 2 1 6 3 3 1 4 3 2 1 1 1 2 3 2 3 3 3 c 4 5 3 3 1 4 2 1 6 1 e a g d 1 3 1 n 1 g \
    2 9 1 3 1 4 7 2 1 3 2 1 2 4 2 a g 4 1 8 1 3 1 n 1 a 1 5 2 9 1 3 1 4 7 2 6 2 1 4 2 a 1 3 c d 1 \
    3 1 1f 1 3 1 5 5 4 7 5 2 a a 6 1 3 1 i 3 o 1 9 1 1 2 7 3 1 4 6 1 1 1 8 6 a 2 2 d 1m 5 f 1 a \
    13 2 1 1 1 5 1 o 1 1 1 n 2 5 1 1 1 7 1 a 2 4 w 1 n 2 6 a b 1 1 1 1 1 4 a 1 10 4 k 1 i 1 10 9 \
    1 1l 22 6 26 2 12 1 1 5 1 2 17 1 99 1 4 2 7 1 1 1 4 2 15 1 4 2 x 1 4 2 7 1 1 1 4 2 f 1 1l 1 4 \
    2 1v 2 3 w g g 2e 2 6 3 h8 2 h 1 q 5 23 3 b 7 m 9 m b k c d 1 3 1 2 c 2c 3 1 4 2 2 a x 3 1 b \
    6 2h 7 17 5 1y a v 1 c 4 c a 14 2 5 b 18 4 q 6 a 12 s 4 1r 1 t 2 b 6 a d 1 8 v 1d 25 3 a h 9 \
    c 38 c 1k 8 a 3 1d 2 b 5 17 2 3 g 3 1 13 5 eu 2 6 2 12 2 6 2 8 1 1 1 1 1 1 1 v 2 1h 1 7 1 1 3 \
    3 1 7 3 4 2 6 4 d 5 3 1 7 f 2 1d 2 j 1 s 1 d 1 g d 1f x h 1 4 1 2 a 1 1 3 5 6 1 1 1 1 1 1 4 1 \
    b 2 4 5 5 4 1 h 15 ml 1g 1ee 6d 6 9 c 12 1 1 5 1 2 1k 7 1 f o 9 7 1 7 1 7 1 7 1 7 1 7 1 7 1 7 \
    1 w 1b 1 d1 3 p f 1 5 2 5 4 2e 2 2 2 3 1 2i 1 4 5 17 1 2m h w 1c g e8 534 1s h3h 1v 1a 2 7h 3 \
    s k 1f 1 a 1 37 11 9 2 2v 2 1v 2 2 1 1 1 8 l 1i 4 1 j 1g c 1y a a 6 o 3 1 1 1d 2 10 c t 3 1t \
    e b 6 v 1 1j 9 e 2 a 6 n 3 21 o 3 2 g 2 5 a 6 2 6 2 6 9 7 1 7 1 17 1 e 6 3f 1 2 2 a 6 8mc c n \
    4 1d 6is a6 2 2y 12 7 c 5 5 c 1 d 1 5 1 1 1 2 1 2 1 30 x a3 i 1s 2 1i 14 c 4 g g g 3 2 o 3 w \
    5 1 3r j a 7 q 4 1 1 q b 2h 3 6 2 6 2 6 2 3 z c 1 q 1 j 1 2 1 f 2 e y 3f 1x 1h 3s 1 3m t 3 1d \
    f 1 v w d u 5 17 5 u 2 10 4 8 1 5 16 4e 2 a 6 10 4 10 4 14 8 1g c b 1 f 1 7 1 2 1 b 1 f 1 7 1 \
    2 3 1g c 8n 9 m a 8 o 6 1 16 1 9 1x 6 2 1 1 18 1 2 3 1 2 n a n 9 v 1t j 1 2 a m a q 1y 1k 6 2 \
    1s 4 1 2 5 8 1 3 1 t 2 3 4 1 w t 3 t z 8 1 u p 1i a m a j d i 32 21 1j 1f d 1f d 14 8 a 6 12 \
    3 5 1 n 6y 16 1 2 3 2 g 3 1j x a 1 8 x v m 16 l r n 9 1z v g 9 1o 7 1 d p 7 a 6 1h 1 a 4 4 8 \
    10 2 1 9 1x 4 4 1 d 1 1 z i 1 11 6 4 1q 7 1 1 1 4 1 f 1 a 7 1n 5 a 6 4 1 8 2 2 2 m 1 7 1 2 1 \
    5 1 a 2 2 2 3 2 1 6 1 5 7 2 7 3 5 b a 1 1 2 1 1 12 1 a 1 1 2 1 1 4 1 8 d 2 t 23 5 a 4 4 u 1y \
    1 1 8 a 4m 1i 2 9 n 6 y 1t 3 1 b a 12 1l 7 a 6 k s r 2 f 4 a 6 7 55 1n 2t 22 l 8 2 1 2 8 1 2 \
    1 u 1 2 2 9 c a 1y 8 2 1a 2 8 1 2 r 1r 8 1 8 22 3 1 i 21 5j x f a 6 9 1 19 1 9 f a o u 2 m 1 \
    e 21 7 1 2 1 18 3 1 1 2 1 9 8 a 6 6 1 2 1 11 1 2 1 6 7 a 8m n 9 h 1 15 3 5 d b 2d 1 27 pm 2u \
    33 h 5g 218 2p f ts g m a 32z 5 g7 5a1 1m 1c6 ft 7 v 1 a 6 27 1 a 6 u 2 5 b 1j 9 4 c a 9 l 5 \
    j c0 19 3 a 5i 1s 3k 23 4 1l 7 h 1s 2 1 2 b 2 e 4qg 8 ye 15 a 6w7 4 1 7 1 2 1 83 f 1 t 3 2 1 \
    e 4 8 b0 1s4 2z 5 d 3 9 7 a 3 2 381 a ee 1a 2 n f2 5 3 6 8 8 2 7 u 4 44 3 cb 2d 1 1z 1 2 2 1 \
    2 2 2 4 1 c 1 1 1 7 1 1t 1 4 2 8 1 7 1 s 1 4 1 5 1 1 3 7 1 9g 2 p 1 p 1 v 1 p 1 v 1 p 1 v 1 p \
    1 v 1 p 1 8 2 1e e8 1j 4 1e 8 1 e 1 m 5 1 f uo v 6 6 5x 7 1 h 2 7 1 2 1 5 5 1q x 1 34 19 3 e \
    2 a 4 1 8x v h 1m d2 16 5y 17 dh 7 1 4 1 2 1 f 1 5h b 7 15 24 4 a x2 4 1 r 1 2 1 1 2 1 1 a 1 \
    4 1 1 1 1 6 1 4 1 1 1 1 1 1 3 1 2 1 1 2 1 1 1 1 1 1 1 1 1 1 2 1 1 2 4 1 7 1 4 1 4 1 1 1 a 1 h \
    5 3 1 5 1 h hg q 6 q 6 q 21y a sm wyo w 37e 6 66 2 4g2 e 5rl f ha 1wi f2 15u 3t7 5 38g f9e8 \
    6o 47bk
    """
  /// Runs of scalars outside and inside the class, in turns; 1924 are inside.
  static let numeric = """
    1c a 3c 2 5 1 2 3 141 a 3q a 5i a bg a 3a a 4 6 30 a 3a a 3a a 2 6 32 d 37 a 8 7 2v a 2w 7 7 \
    j 31 a 2o a 3a a 1y k 7g a 1y a jz k oh 3 6n a 6 a m a 8c a 3k b 4l a 6 a 52 a 2e a 3q a 6 a \
    t2 1 3 6 6 a 5i 1f 2 5 k6 1o 26 m hi u 12h 1 ll 1 p 9 e 3 9j 4 3u a u 8 1 f w a 13 f msg a 58 \
    a 8w 6 4a a 12 a 5i a m a 2e a ba a geu a dp 19 c 1l h 2 9h r 10 4 t 1 8 1 3q 5 5m a q6 8 p 7 \
    13 9 23 5 m 6 4g 2 2 g 2 1a 1s 9 1g 2 u 3 23 5 2w 8 o 8 15 7 96 6 1c a 6 a 7q v 4e a 16 4 34 \
    7 3q u 3k a 1o a 40 a 7 k 6z a 9i a 3a a ae a 2u a 6 k 24 c bo j 2l a ie a 2e t 6b a 1y a 1i \
    a 9y a 2u l tn 33 c01 a 1t2 a 2e a 3q a 1 7 em a 7a n 9p 3 id5 a 152 k c k 30 p ut 1e 1ts a \
    bq a dy a 6v a jw 9 3k a lz 1n 1 3 1 4 24 19 1 f qq d 25f a l3ba
    """
  /// Runs of scalars outside and inside the class, in turns; 726 are inside.
  static let punctuation = """
    x f a 7 q 6 q 4 y 1 5 1 3 1 a 2 3 1 3 1 ji 1 8 1 cy 6 15 2 1f 1 1 1 2 1 2 1 18 2 k 2 1 2 d 1 \
    2 2 22 4 2u 1 17 e 6h 3 1i f v 1 79 2 a 1 an 1 lf 1 2i 1 a 2 4o f 1 1 11 4 1z 1 22 5 4 2 33 6 \
    4r 1 h0 9 47 1 h8 2 18 2 26 3 1z 2 4d 3 1 3 11 b 8p 2 60 2 3k 7 1 6 4s 7 4b 4 1n 5 1q 2 1s 8 \
    b 1 n0 o 8 k 1 d 1 c u 2 e 2 hl 4 t 2 u5 e 27 2 v a b7 m 1r 4 w 2 l7 4 1 2 34 1 3z 1b 1 j ce \
    3 4 a 2 c g 1 c 1 2q 1 2i 1 mwy 2 7h 3 2r 1 a 1 37 6 ak 4 2e 2 14 3 1 1 1d 2 1b 1 2p d g 2 3g \
    4 3i 2 g 2 6x 1 g2a 2 5s a m z 1 e 1 1 4 1 1 2 45 3 1 6 1 4 a 2 3 2 q 3 1 1 r 1 1 1 1 7 be 3 \
    ik 1 1c 1 bi 1 kn 1 5j 1 v 1 7k 9 12 1 34 7 1u 7 2h 4 x6 7 31 2 1 4 3i 4 1c 2 27 5 3 1 d 1 1 \
    3 2g 6 2z 1 f0 1 6y n 2x 3 6w 3 2lt 5 dtl 2 3p 1 1t 5 8 1 g2i 1 5wn 5 l9x0
    """
  /// Runs of scalars outside and inside the class, in turns; 2102 are inside.
  static let composing = """
    lc 27 1 w 4 1 9 1 8 1 6z 5 7d 19 1 1 1 2 1 2 1 1 20 b 1c l g 1 2t 7 2 6 2 2 1 4 z 1 u r 4g 9 \
    9 1 o 4 1 9 1 3 1 5 17 3 1o 8 16 o 1 t 1o 1 g 1 3 4 3 8 2k 1 1 1 e 1 9 1 4 2 1 1 u 1 1g 1 2 1 \
    5 1 g 1 b 3 2 1 2l 1 g 1 32 1 1 1 e 1 8 2 4 2 2o 1 e 1 9 1 2s 1 g 1 7 2 2t 1 5 1 a 1 7 2 2s 2 \
    1 1 e 1 9 1 36 1 4 1 f 1 2g 3 d 4 30 3 d 4 24 2 r 1 1 1 1 1 9 1 9 1 4 1 4 1 4 1 c 1 7 6 1 1 1 \
    4 2 5 1 2 b 1 9 1 4 1 4 1 4 1 8 1 1 1 1 1 c 1 2v 1 8 1 1 2 2a 1 5v l 1e r be 3 qc 2 u 1 4d 1 \
    a 1 5n 1 3z 3 63 2 1z 1 k 8 2 1 1c e 1 g 2t 2 e 1 12 9 1i 2 1m 1 b 2 1v 1 48 3 1 d 1 7 4 1 6 \
    1 3 2 5i 1s a9 1 1 1 1 1 1 1 1 1 1 1 1 1 1p 1 2 1 a 1 1 1 7 1 7 1 7 1 7 1 2 2 9 1 1 1 1 1 2 2 \
    5q d 4 1 3 c 1h 1 3 2 e5 2 1ip 1 eq 3 3x 1 2o w fe 6 2x 2 n9w 1 4 a w 2 28 2 7o 1 11 1 47 1 r \
    i 1l 3 11 1 2n 1 c 1 6n 1 1 3 2 2 5 2 1 1 1g 1 6u 1 f82 7i 2 1 1 1 2 a 1 1 1 1 2 2 3 1w 2 2y \
    1v 3 a d 1 5 1 1 1 2 1 2 1 9 k1 g r1 1 6a 1 45 5 1aq 1 1 1 14 3 4 1 4l 2 fx 4 ar 2 49 b 1d 4 \
    5c 1 15 1 e 1 1l 2 1x 3 10 1 b 2 1q 1 24 1 9 1 2y 2 4y 2 28 2 1 1 e 1 9 1 e 7 3 5 5p 1 3 1 n \
    1 29 1 9 1 2 1 4 2 6j 1 f 2 3i 1 3a 2 37 1 7h 2 6t 1 c 2 4 1 4c 1 2b 1 i 1 29 1 bp 1 76 1 1 2 \
    29 1 fa0 5 1n 7 xl 2 f58 1 43j c 3 6 8 8 2 7 u 4 d 6 3l 3 2pn 7 1 h 2 7 1 2 1 5 79 7 af 1 1p \
    4 15s 7 31 7 1hh1 f2 jp42
    """
  /// Runs of scalars outside and inside the class, in turns; 2060 are inside.
  static let decomposing = """
    5c 6 1 9 1 6 2 5 2 6 1 9 1 6 2 5 1 h 2 k 2 9 3 4 1 6 4 6 3 6 2 i 2 n x 2 d 2 s g 1 6 2 b 3 2 \
    2 10 2 2 6 e 7g 2 1 2 1b 1 9 1 6 6 1 1 1 3 p 7 p 5 4 2 17 2 1 1 3 1 4 3 a 1 v 1 m 2 1 1 3 1 4 \
    3 n 2 21 2 d 4 2 2 2 6 2 6 2 c 2 2 88 5 49 1 1 1 g 1 gl 1 7 1 2 1 z 8 2z 2 f 2 1 1 2b 1 2 1 y \
    3 2 1 6h 1 2 2 f 2 1i 1 1h 3 3f 1 3b 1 6 2 1 2 3i 3 3x 1 1 3 9w 1 9 1 4 1 4 1 4 1 c 1 9 1 1 2 \
    1 1 8 1 h 1 9 1 4 1 4 1 4 1 c 1 30 1 25b 1 1 1 1 1 1 1 1 1 3 1 14 1 1 1 2 2 1 1 jg 4a 1 1 4 \
    2i 6 m 2 6 2 12 2 6 2 8 1 1 1 1 1 1 1 v 2 1h 1 7 1 1 2 4 1 e 2 6 1 j 2 3 1 8 2 2 84 1 3 2 32 \
    2 i 1 u 3 1g 1 4 1 2 1 n 1 1 1 q 1 2 1 2 1 1 1 m 1 1 1 a 5 2 2 2 2 6 2 2 2 2 2 y 4 1c 4 6 4 \
    1n 2 1ip 1 12n 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 2 1 1 1 1 1 6 2 1 2 1 2 1 2 1 2 \
    m 1 9 1 d 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 2 1 1 1 1 1 6 2 1 2 1 2 1 2 1 2 m 1 2 \
    4 3 1 13i9 7i 2 1 1 1 2 a 1 1 1 1 2 2 3 1w 2 2y 1v 1 1 1 a d 1 5 1 1 1 2 1 2 1 9 47f 1 1 1 e \
    1 3m 2 ez 2 a6 2 1 1 6z 2 112a 7 2e 6 1m4f f2 jp42
    """
  /// Runs of scalars outside and inside the class, in turns; 5722 are inside.
  static let compatible = """
    4g 1 7 1 1 1 4 1 2 4 2 3 1 3 1 6 1 9 1 6 2 5 2 6 1 9 1 6 2 5 1 h 2 k 2 9 1 6 1 8 2 7 2 6 2 i \
    2 o w 2 d 2 j p 1 6 2 g 2 10 2 2 6 e 3g 9 v 6 2 5 2j 2 1 2 1b 1 5 1 3 1 5 7 1 1 1 3 p 7 p 5 1 \
    7 p 3 1 2 3 1 6 2 1 1 3 1 4 3 a 1 v 1 m 2 1 1 3 1 4 3 n 2 21 2 d 4 2 2 2 6 2 6 2 c 2 2 3x 1 \
    4a 5 26 4 1z 1 1 1 g 1 gl 1 7 1 2 1 z 8 2z 2 f 2 1 1 2b 1 2 1 y 3 2 1 6h 1 2 2 f 2 1i 1 1h 3 \
    3f 1 3b 1 6 2 1 2 3i 3 3x 1 1 3 2c 1 3j 1 14 2 1a 1 1i 1 9 1 4 1 4 1 4 1 c 1 9 1 1 5 7 1 h 1 \
    9 1 4 1 4 1 4 1 c 1 30 1 5x 1 1zd 1 1 1 1 1 1 1 1 1 3 1 14 1 1 1 2 2 1 1 dk 3 1 b 1 i 1 s d 1 \
    y 11 1s 4c 4 2i 6 m 2 6 2 12 2 6 2 8 1 1 1 1 1 1 1 v 2 1h 1 f 1 e 2 6 1 j 2 3 1 9 1 b 6 1 5 1 \
    c 3 8 1 3 2 1 2 4 1 1 1 8 3 d 1 7 1 g 2 2 r 1 d b 1 2f 4 1 3 1 b 1 2 2 5 2 3 1 1 1 1 1 1 1 4 \
    1 3 1 7 1 6 4 5 6 1c 9 1 g 2 i 1 u 3 1g 1 4 1 2 1 n 1 1 1 5 2 1 2 g 1 2 1 2 1 1 1 m 1 1 1 a 5 \
    2 2 2 2 6 2 2 2 2 2 y 4 1c 4 6 4 1n 2 8l 3v 10h 1 2v 3 2t 1 bj 2 6p 1 8f 1 2b 1 c 5y 16 1 1h \
    1 1 3 h 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 2 1 1 1 1 1 6 2 1 2 1 2 1 2 1 2 m 1 6 2 \
    1 2 c 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 2 1 1 1 1 1 6 2 1 2 1 2 1 2 1 2 m 1 2 4 3 \
    2 1d 2m 3 e 2o v 1 14 8 1b 1 3j 1 74 mn0 2 5u 1 3r 2 o2 4 fc0 7i 2 1 1 1 2 a 1 1 1 1 2 2 3 1w \
    2 2y 12 7 c 5 5 1 1 o 1 5 1 1 1 2 1 2 1 30 x a3 i 1s 2 1i 14 d j a m l 2 c 1 j 1 4 4 3 1 1 1 \
    3r 4 5a 3 6 2 6 2 6 2 3 3 7 1 7 3aj 1 1 1 e 1 3m 2 ez 2 a6 2 1 1 6z 2 112a 7 2e 6 fz 2d 1 1z \
    1 2 2 1 2 2 2 4 1 c 1 1 1 7 1 1t 1 4 2 8 1 7 1 s 1 4 1 5 1 1 3 7 1 9g 2 84 2 1e 4cg 4 1 r 1 2 \
    1 1 2 1 1 a 1 4 1 1 1 1 6 1 4 1 1 1 1 1 1 3 1 2 1 1 2 1 1 1 1 1 1 1 1 1 1 2 1 1 2 4 1 7 1 4 1 \
    4 1 1 1 a 1 h 5 3 1 5 1 h g4 b 5 v 1 w q 2 10 1 33 3 d 18 4 9 7 2 1fou f2 jp42
    """
  /// Runs of scalars outside and inside the class, in turns; 940 are inside.
  static let composites = """
    5c 6 1 9 1 6 2 5 2 6 1 9 1 6 2 5 1 h 2 k 2 9 3 4 1 6 4 6 3 6 2 i 2 n x 2 d 2 s g 1 6 2 b 3 2 \
    2 10 2 2 6 e 9d 2 1 3 1 1 1 3 p 7 p 5 4 2 17 2 1 1 3 1 4 3 a 1 v 1 m 2 1 1 3 1 4 3 n 2 21 2 d \
    4 2 2 2 6 2 6 2 c 2 2 88 5 49 1 1 1 g 1 gl 1 7 1 2 1 46 2 aj 1 2 2 1z 1 1h 3 3f 1 3b 1 6 2 1 \
    2 3i 3 3x 1 1 3 g7 1 25b 1 1 1 1 1 1 1 1 1 3 1 14 1 1 1 2 2 1 1 jg 4a 1 1 4 2i 6 m 2 6 2 12 2 \
    6 2 8 1 1 1 1 1 1 1 i 1 1 1 1 1 1 1 1 1 1 1 1 3 1h 1 5 1 1 4 4 1 3 1 1 1 7 3 5 2 6 1 7 1 2 4 \
    3 1 3 1 1 1 1 bh 2 i 1 u 3 1g 1 4 1 2 1 n 1 1 1 q 1 2 1 2 1 1 1 m 1 1 1 a 5 2 2 2 2 6 2 2 2 2 \
    2 y 4 1c 4 6 4 2n2 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 2 1 1 1 1 1 6 2 1 2 1 2 1 2 \
    1 2 m 1 9 1 d 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 2 1 1 1 1 1 6 2 1 2 1 2 1 2 1 2 m \
    1 2 4 3 1 1863 1 1 1 e 1 3m 2 ez 2 a6 2 1 1 6z 2 mcsk
    """
}
