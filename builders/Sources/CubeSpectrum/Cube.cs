using System.Globalization;
using Pile.Builders.Sources.SkyImages;
using Pile.Builders.Sources.SpectralCubes;
using Pile.Fits;
using Pile.Format;
using Pile.Sky;

namespace Pile.Builders.Sources.CubeSpectrum;

/// <summary>The metadata of one cube from its headers, without the voxels. Safe to use from any thread.</summary>
internal sealed class Cube : ISkyImage
{
    private const double MarginDeg = 1.0 / 60;

    private Cube(CubeRecipe recipe, FitsFile file, FitsHdu hdu, int number)
    {
        (Path, Number, HduIndex, Header) = (file.Path, number, hdu.Index, hdu.Header);
        long[] lengths = [.. hdu.Axes];
        using Wcs sky = Wcs.Open(Header);
        SkyFrame frame = WcsFrames.Of(sky.Frame, Header);
        FromIcrs = FrameConversion.FromIcrs(frame);
        int axis = SpectralAxis.AxisOf(Header, lengths, sky);
        if (recipe.Wavelengths is null)
            SpectralAxis.RequireNoLogarithm(Header, axis);
        SpectralAxis spectrum = recipe.Wavelengths is { } place ? WavelengthHdu.Read(file, place, Header, axis, lengths[axis])
            : SpectralAxis.Read(Header, lengths, axis, recipe.WavelengthUnit);
        Medium = DeclaredMedium.OfCube(recipe.Medium, spectrum, Header, file.Hdu(0).Header).Medium;
        bool isDescending = spectrum.WavelengthAngstrom is [var first, .., var last] && last < first;
        WavelengthAngstrom = isDescending ? [.. spectrum.WavelengthAngstrom.Reverse()] : spectrum.WavelengthAngstrom;
        Axes = new(lengths, sky.XAxis, sky.YAxis, axis, isDescending);
        (Unit, Factor, IsOfFileUnit) = CubeUnit.Of(recipe, Header);
        BeamArcsec2 = Unit.Per is FluxPer.Beam ? CubeBeams.ReadArcsec2(file, Header, Axes, Unit.Spaxel) : [];
        WhiteLight = WhiteLightOf(recipe);
        Footprint = Cap(sky, FrameConversion.ToIcrs(frame));
    }

    public string Path { get; }

    /// <summary>The index among the recipe's files, from 0.</summary>
    public int Number { get; }

    public int HduIndex { get; }

    public FitsHeader Header { get; }

    /// <summary>The axes in the file; channels are read by ascending wavelength.</summary>
    internal CubeAxes Axes { get; }

    /// <summary>Spaxels along x.</summary>
    public long Width => Axes.Width;

    /// <summary>Spaxels along y.</summary>
    public long Height => Axes.Height;

    /// <summary>Wavelengths of the channels, ascending, Å.</summary>
    internal double[] WavelengthAngstrom { get; }

    /// <summary>Air or vacuum.</summary>
    internal SpectralMedium Medium { get; }

    /// <summary>The unit of the values in the dataset.</summary>
    internal FluxUnit Unit { get; }

    /// <summary>The factor that converts stored values to <see cref="Unit"/>.</summary>
    internal double Factor { get; }

    /// <summary>Whether the factor follows from BUNIT, so that it also converts noise that is in the unit of the file.</summary>
    internal bool IsOfFileUnit { get; }

    /// <summary>The solid angle of the beam of each channel, arcsec²; empty if the unit is not per beam.</summary>
    internal double[] BeamArcsec2 { get; }

    /// <summary>The channels of the white-light image, by ascending wavelength: the first and their number.</summary>
    internal (int First, int Count) WhiteLight { get; }

    /// <summary>From ICRS to the system of the cube's WCS.</summary>
    public FrameConversion FromIcrs { get; }

    /// <summary>A circle that contains the footprint; the whole sky for a cube of several degrees.</summary>
    public SkyCap Footprint { get; }

    /// <summary>Returns the factor that converts a sum of values of a channel to the unit of the sum; NaN if the channel has no
    /// beam.</summary>
    /// <param name="spaxelArcsec2">The solid angle of a spaxel at the object.</param>
    /// <param name="channel">The channel, by ascending wavelength.</param>
    internal double SumFactor(double spaxelArcsec2, int channel) => Unit.Per switch
    {
        FluxPer.SolidAngle => spaxelArcsec2 / Unit.PerArcsec2,
        FluxPer.Beam => spaxelArcsec2 / BeamArcsec2[channel],
        _ => 1,
    };

    /// <summary>Opens a file and finds its cube.</summary>
    /// <exception cref="PileException">The file has no cube, or the celestial WCS, wavelengths or unit of the cube are unknown.</exception>
    internal static Cube Read(CubeRecipe recipe, int number)
    {
        using FitsFile file = FitsFile.OpenRead(recipe.Files[number]);
        return new Cube(recipe, file, recipe.Hdu is { } name ? ImageFiles.FindHdu(file, name) : FirstCube(file), number);
    }

    private static FitsHdu FirstCube(FitsFile file)
    {
        foreach (FitsHdu hdu in file.Hdus)
            if (hdu.Kind is FitsHduKind.Image && hdu.Axes.Count(length => length > 1) >= 3 && Wcs.TryOpen(hdu.Header, out Wcs? sky))
            {
                sky.Dispose();
                return hdu;
            }
        throw new FitsException(file.Path, null,
            $"no image in it has a celestial WCS (CTYPE such as 'RA---TAN', 'DEC--TAN') and a third axis. {file.Contents()}");
    }

    private (int First, int Count) WhiteLightOf(CubeRecipe recipe)
    {
        if (recipe.ImageRangeAngstrom is not (var low, var high))
            return (0, WavelengthAngstrom.Length);
        int first = Array.FindIndex(WavelengthAngstrom, w => w >= low), last = Array.FindLastIndex(WavelengthAngstrom, w => w <= high);
        return first >= 0 && last >= first ? (first, last - first + 1)
            : throw new SchemaMismatchException(Path, null,
                string.Create(CultureInfo.InvariantCulture,
                    $"no channel is between {low} and {high} Å; the channels range from {WavelengthAngstrom[0]:0.###} to "
                    + $"{WavelengthAngstrom[^1]:0.###} Å"),
                "Correct 'image.range_angstrom' in the recipe's source");
    }

    private SkyCap Cap(Wcs sky, FrameConversion toIcrs)
    {
        (double X, double Y, double Z) centre = At((Width - 1) / 2.0, (Height - 1) / 2.0);
        double cos = new[] { (-0.5, -0.5), (Width - 0.5, -0.5), (-0.5, Height - 0.5), (Width - 0.5, Height - 0.5) }
            .Select(c => At(c.Item1, c.Item2)).Min(edge => SkyCap.Dot(centre, edge));
        double radiusDeg = double.RadiansToDegrees(Math.Acos(Math.Clamp(cos, -1, 1)));
        // A cube of several degrees, or one whose corners are off the sky, is always a candidate; such cubes are rare.
        return radiusDeg < 2 ? new(centre, Math.Cos(double.DegreesToRadians((radiusDeg * 1.05) + MarginDeg))) : SkyCap.WholeSky;

        (double X, double Y, double Z) At(double x, double y)
        {
            (double longitude, double latitude) = sky.PixelToSky(x, y);
            (double raDeg, double decDeg) = toIcrs.Convert(longitude, latitude);
            return SkyCap.Direction(raDeg, decDeg);
        }
    }
}
