namespace Pile.Drawing;

/// <summary>The lines that plots label by default.</summary>
/// <remarks>
/// Vacuum wavelengths from the SDSS table of spectral lines (classic.sdss.org/dr6/algorithms/linestable.html), or from the NIST Atomic
/// Spectra Database where that table has quasar-template or rounded values (Lyα, Mg b, Na D). Blends: [O II] is the mean of 3727.092 and
/// 3729.875, Mg b of 5168.761, 5174.125 and 5185.048, Na D of 5891.583 and 5897.558.
/// </remarks>
public static class SpectralLines
{
    /// <summary>The usual lines from Lyα to [S II], by wavelength.</summary>
    public static IReadOnlyList<SpectralLine> Usual { get; } =
    [
        new("Lyα", 1215.670, LineKind.Emission),
        new("C IV", 1549.48, LineKind.Emission),
        new("C III]", 1908.734, LineKind.Emission),
        new("Mg II", 2799.117, LineKind.Emission),
        new("[O II]", 3728.48, LineKind.Emission),
        new("Ca K", 3934.777, LineKind.Absorption),
        new("Ca H", 3969.588, LineKind.Absorption),
        new("Hδ", 4102.89, LineKind.Emission),
        new("Hγ", 4341.68, LineKind.Emission),
        new("Hβ", 4862.68, LineKind.Emission),
        new("[O III] 4959", 4960.295, LineKind.Emission),
        new("[O III] 5007", 5008.240, LineKind.Emission),
        new("Mg b", 5175.978, LineKind.Absorption),
        new("Na D", 5894.571, LineKind.Absorption),
        new("[O I] 6300", 6302.046, LineKind.Emission),
        new("[N II] 6548", 6549.86, LineKind.Emission),
        new("Hα", 6564.61, LineKind.Emission),
        new("[N II] 6584", 6585.27, LineKind.Emission),
        new("[S II] 6717", 6718.29, LineKind.Emission),
        new("[S II] 6731", 6732.67, LineKind.Emission),
    ];
}
