using Pile.Builders.Sources.SpectralCubes;
using Pile.Fits;
using Pile.Format;

namespace Pile.Builders.Sources.DesiSpectrum;

/// <summary>The common wavelength grid of the arms of a file, and where each arm lies on it.</summary>
internal sealed class JoinedGrid
{
    // As in desispec's coadd_cameras: grids of arms are steps of 0.8 Å from the same wavelength.
    private const double ToleranceAngstrom = 1e-4;
    private const int MaxPixels = 1 << 14; // of an arm; DESI has 2,881

    /// <summary>The arms of DESI, in order of wavelength.</summary>
    internal static readonly string[] AllArms = ["B", "R", "Z"];

    /// <summary>Reads the wavelengths of the arms. A file lacks the arms of cameras that were not working.</summary>
    /// <exception cref="SchemaMismatchException">Wavelengths do not increase, arms do not overlap, or their grids differ.</exception>
    internal JoinedGrid(CoaddFile file)
    {
        Arms = [.. AllArms.Where(letter => file.HasArm(letter)).DefaultIfEmpty(AllArms[0])];
        (Starts, Lengths) = (new int[Arms.Length], new int[Arms.Length]);
        List<double> joined = [];
        for (int arm = 0; arm < Arms.Length; arm++)
        {
            string name = $"{Arms[arm]}_WAVELENGTH";
            FitsImage image = file.AnyImage(name);
            if (image.Axes is not [> 1 and <= MaxPixels])
                throw file.Unlike($"HDU '{name}' should have one axis of 2 to 16,384 pixels, found [{string.Join(", ", image.Axes)}]");
            double[] wave = new double[image.Width];
            image.Read<double>(wave);
            for (int i = 0; i < wave.Length; i++)
                if (!(wave[i] > (i == 0 ? 0 : wave[i - 1])) || !double.IsFinite(wave[i]))
                    throw file.Unlike(FormattableString.Invariant(
                        $"HDU '{name}': wavelengths must increase, found {wave[i]:0.####} at {i} after {wave[Math.Max(i - 1, 0)]:0.####}"));
            if (arm > 0 && wave[0] > joined[^1])
                throw file.Unlike(FormattableString.Invariant(
                    $"{Missing}the arms {Arms[arm - 1]} (to {joined[^1]:0.####} Å) and {Arms[arm]} (from {wave[0]:0.####} Å) do not ")
                    + "overlap",
                    "Leave out this file");
            int start = arm == 0 ? 0 : joined.FindIndex(w => w > wave[0] - ToleranceAngstrom);
            for (int i = 0; i < wave.Length; i++)
                if (start + i >= joined.Count)
                    joined.Add(wave[i]);
                else if (Math.Abs(joined[start + i] - wave[i]) > ToleranceAngstrom)
                    throw file.Unlike(FormattableString.Invariant(
                        $"the grids of the arms differ: {Arms[arm]} has {wave[i]:0.####} Å, expected {joined[start + i]:0.####} Å"));
            (Starts[arm], Lengths[arm]) = (start, wave.Length);
        }
        Angstrom = [.. joined];
        PixelSizeAngstrom = [.. joined.Select((_, pixel) => PixelSize.Angstrom(Angstrom, pixel))];
    }

    /// <summary>The arms of the file, in order of wavelength.</summary>
    internal string[] Arms { get; }

    /// <summary>The arms that the file lacks, as the beginning of a sentence; empty if it has all.</summary>
    private string Missing => Arms.Length == AllArms.Length ? "" : $"there is no arm {string.Join(" or ", AllArms.Except(Arms))}, and ";

    /// <summary>The vacuum wavelengths.</summary>
    internal double[] Angstrom { get; }

    /// <summary>The size of each pixel.</summary>
    internal double[] PixelSizeAngstrom { get; }

    /// <summary>Where each arm begins on the grid.</summary>
    internal int[] Starts { get; }

    /// <summary>The number of pixels of each arm.</summary>
    internal int[] Lengths { get; }
}
