using System.Globalization;
using Pile.Fits;
using Pile.Format;
using Pile.Sky;

namespace Pile.Builders.Sources.SkyImages;

/// <summary>The metadata of one image of a band from its header, without the pixels. Safe to use from any thread.</summary>
internal sealed class Frame : ISkyImage
{
    // The number of points on each side at which the footprint is measured. Between them, the edge bends by less than the margin.
    private const int EdgePoints = 16;
    private const double MarginDeg = 1.0 / 60;
    private const double LargestMag = 150; // of any unit of flux

    private readonly FrameConversion toIcrs;

    private Frame(FitsFile file, FitsHdu hdu, int number, int place, string? label)
    {
        (Place, Label) = (place, label);
        (Path, Number, HduIndex, Header, Primary) = (file.Path, number, hdu.Index, hdu.Header, file.Hdu(0).Header);
        FitsImage image = hdu.Image();
        if (image.PlaneCount != 1)
            throw new FitsException(Path, hdu.Label,
                $"it is a cube with the axes [{string.Join(", ", image.Axes)}], not an image. Choose another HDU in the recipe.");
        (Width, Height) = (image.Width, image.Height);
        Unit = image.Unit ?? (file.Hdu(0).Kind is FitsHduKind.Empty && Primary.GetText("BUNIT") is { Length: > 0 } ofAll ? ofAll : null);
        using Wcs wcs = Wcs.Open(Header);
        if (wcs is not { XAxis: 0, YAxis: 1 })
            throw new FitsException(Path, hdu.Label, "the first two axes are not celestial.");
        SkyFrame sky = WcsFrames.Of(wcs.Frame, Header);
        (FromIcrs, toIcrs) = (FrameConversion.FromIcrs(sky), FrameConversion.ToIcrs(sky));
        Footprint = Cap(wcs);
    }

    public string Path { get; }

    /// <summary>The index among the band's files, from 0.</summary>
    public int Number { get; }

    public int HduIndex { get; }

    /// <summary>The index among the images of its file, from 0.</summary>
    internal int Place { get; }

    /// <summary>The name of the image among those of its file; null if the recipe has one image in each file.</summary>
    internal string? Label { get; }

    /// <summary>The number of images of the file with coordinates of their own, if the recipe does not select any.</summary>
    internal int CountOnSky { get; private init; } = 1;

    public FitsHeader Header { get; }

    internal FitsHeader Primary { get; }

    public long Width { get; }

    public long Height { get; }

    /// <summary>BUNIT of the image or, if it is missing there, of a primary header without pixels; or null.</summary>
    internal string? Unit { get; }

    /// <summary>From ICRS to the system of the image's WCS.</summary>
    public FrameConversion FromIcrs { get; }

    /// <summary>A circle that contains the footprint; the whole sky for an image of a large part of the sky.</summary>
    public SkyCap Footprint { get; }

    /// <summary>Opens a band's file and finds its images.</summary>
    /// <param name="path">The file.</param>
    /// <param name="hdus">The HDUs of the images.</param>
    /// <param name="number">The index among the band's files.</param>
    /// <exception cref="FitsException">There is no image with a celestial WCS, or its WCS is unsupported.</exception>
    internal static IReadOnlyList<Frame> Read(string path, ImageHdus hdus, int number)
    {
        using FitsFile file = FitsFile.OpenRead(path);
        IReadOnlyList<FitsHdu> found = hdus.Find(file);
        string[] labels = ImageHdus.LabelsOf(found);
        return [.. found.Select((hdu, i) =>
            new Frame(file, hdu, number, i, hdus.AreSeveral ? labels[i] : null) { CountOnSky = hdus.CountOnSky(file) })];
    }

    /// <summary>Opens a band's file and one of its several images.</summary>
    /// <param name="path">The file.</param>
    /// <param name="image">The image.</param>
    /// <param name="number">The index among the band's files.</param>
    /// <exception cref="FitsException">The HDU is not an image, or its WCS is unsupported.</exception>
    internal static Frame Read(string path, ImageOfFile image, int number)
    {
        using FitsFile file = FitsFile.OpenRead(path);
        return new Frame(file, file.Hdu(image.Hdu), number, image.Place, image.Label);
    }

    /// <summary>Returns a note about files with several images of which only the first is used; null without such files.</summary>
    internal static string? UnusedNote(BandRecipe band, IEnumerable<(string Path, string Hdu, int CountOnSky)> frames)
    {
        (string Path, string Hdu, int CountOnSky)[] partly = [.. frames.Where(f => f.CountOnSky > 1)];
        return partly.Length == 0 ? null
            : $"{partly[0].Path}{(partly.Length == 1 ? "" : $" and {partly.Length - 1} more")}: {partly[0].CountOnSky} images have a WCS "
                + $"of their own; only HDU {partly[0].Hdu} is used. Set 'hdu'"
                + $"{(band.Name.Length > 0 ? $" of band '{band.Name}'" : "")} in the recipe to its number, to a list, or to 'all'";
    }

    /// <summary>Returns a number from the header of the image's HDU or, if it is missing there, from the primary header.</summary>
    /// <exception cref="FitsException">The keyword is missing in both headers.</exception>
    internal double Number64(string keyword) => Header.GetFloat64(keyword) ?? Primary.GetFloat64(keyword)
        ?? throw new FitsException(Path, Header.Hdu,
            $"the header has no keyword {keyword}, which the recipe refers to. Correct the recipe, or leave this file out.");

    /// <summary>Returns a zero point from the header, as <see cref="Number64"/>.</summary>
    /// <exception cref="SchemaMismatchException">The number is not a magnitude, but perhaps the flux of magnitude 0.</exception>
    internal double ZeroPointMag(string keyword) => Number64(keyword) is var zero && Math.Abs(zero) <= LargestMag ? zero
        : throw new SchemaMismatchException(Path, null, string.Create(CultureInfo.InvariantCulture,
            $"HDU {Header.Hdu}: {keyword} is {zero:R}, which is not the magnitude of one unit")
                + (zero > 0 ? string.Create(CultureInfo.InvariantCulture,
                    $"; if it is the flux of magnitude 0 (FLUXMAG0), that magnitude is {2.5 * Math.Log10(zero):0.####}") : ""),
            "State the magnitude as a number, or name another keyword in 'zero_point' of the band");

    /// <summary>Returns the position of a pixel, ICRS degrees with right ascensions in [0, 360); NaN outside of the sky.</summary>
    internal (double RaDeg, double DecDeg) PositionOf(Wcs wcs, double x, double y)
    {
        (double longitude, double latitude) = wcs.PixelToSky(x, y);
        (double raDeg, double decDeg) = toIcrs.Convert(longitude, latitude);
        raDeg -= 360 * Math.Floor(raDeg / 360);
        return (raDeg == 360 ? 0 : raDeg, decDeg);
    }

    private SkyCap Cap(Wcs wcs)
    {
        (double right, double top) = (Width - 0.5, Height - 0.5);
        (double X, double Y, double Z) centre = Icrs(wcs, (right - 0.5) / 2, (top - 0.5) / 2);
        double cosRadius = 1;
        for (int i = 0; i <= EdgePoints; i++)
        {
            double x = -0.5 + (Width * (double)i / EdgePoints), y = -0.5 + (Height * (double)i / EdgePoints);
            foreach ((double px, double py) in new[] { (x, -0.5), (x, top), (-0.5, y), (right, y) })
            {
                (double X, double Y, double Z) edge = Icrs(wcs, px, py);
                double cos = SkyCap.Dot(centre, edge);
                cosRadius = double.IsNaN(cos) ? -1 : Math.Min(cosRadius, cos);
            }
        }
        double radius = double.RadiansToDegrees(Math.Acos(Math.Clamp(cosRadius, -1, 1)));
        // A circle may not contain an image of a large part of the sky: such an image is always a candidate.
        return radius < 60 ? new(centre, Math.Cos(double.DegreesToRadians((radius * 1.05) + MarginDeg))) : SkyCap.WholeSky;
    }

    private (double X, double Y, double Z) Icrs(Wcs wcs, double x, double y)
    {
        (double raDeg, double decDeg) = PositionOf(wcs, x, y);
        return SkyCap.Direction(raDeg, decDeg);
    }
}
