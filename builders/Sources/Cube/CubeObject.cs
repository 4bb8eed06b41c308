using Pile.Builders.Sources.SkyImages;
using Pile.Fits;
using Pile.Format;
using Pile.Sky;

namespace Pile.Builders.Sources.Cube;

/// <summary>Id, position and other values of one cube from its header.</summary>
internal sealed class CubeObject(CubeFile file)
{
    private const string DefaultRa = "RA", DefaultDec = "DEC";

    private static readonly bool[] IsMissing = [true];

    private static readonly Modality Cube = Modality.Get("cube");

    private readonly WcsCubeRecipe recipe = file.Recipe;

    /// <summary>Returns the id: by default the name of the file.</summary>
    internal string Id()
    {
        if (recipe.Id is not { } id)
            return HeaderValues.NameOf(file.Path);
        string text = HeaderValues.Id(id, Text);
        return text.Length > 0 ? text : throw Invalid(id, "an empty text", "an id");
    }

    /// <summary>Returns the keywords of the position; null if it is the centre of the cube.</summary>
    internal (string Ra, string Dec)? PositionKeywords => recipe.Position is { RaColumn: { } ra, DecColumn: { } dec } ? (ra, dec)
        : file.Sky is null ? (DefaultRa, DefaultDec) : null;

    /// <summary>Returns the position, ICRS degrees: that of keywords, otherwise the centre of the cube.</summary>
    /// <exception cref="PileException">It is not a position on the sky, or neither WCS nor keywords are known.</exception>
    internal (double RaDeg, double DecDeg) Position()
    {
        if (PositionKeywords is not var (ra, dec))
        {
            (double longitude, double latitude) = file.Sky!.PixelToSky((file.Axes.Width - 1) / 2.0, (file.Axes.Height - 1) / 2.0);
            if (!double.IsFinite(longitude) || !double.IsFinite(latitude))
                throw new FitsException(file.Path, file.Hdu.Label, "the centre of the cube is outside the sky. Set 'ra' and 'dec' in the "
                    + "recipe's source to keywords, or leave out this file.");
            FrameConversion toIcrs = FrameConversion.ToIcrs(WcsFrames.Of(file.Sky.Frame, file.Hdu.Header));
            (double raDeg, double decDeg) = toIcrs.Convert(longitude, latitude);
            raDeg -= 360 * Math.Floor(raDeg / 360);
            return (raDeg == 360 ? 0 : raDeg, decDeg);
        }
        if (recipe.Position.RaColumn is null && (file.Keywords.TextOrNull(ra) ?? file.Keywords.TextOrNull(dec)) is null)
            throw new FitsException(file.Path, file.Hdu.Label, "it has no celestial WCS (CTYPE such as 'RA---TAN', 'DEC--TAN') "
                + "and no keywords RA and DEC. Set 'ra' and 'dec' in the recipe's source to its keywords, or leave out this file.");
        SkyFrame frame = recipe.Position.Frame is { } declared && SkyFrame.TryParse(declared, out SkyFrame parsed) ? parsed
            : file.Keywords.FrameOf(ra);
        return HeaderValues.ToIcrs(Degrees(ra, isLongitude: true), Degrees(dec, isLongitude: false), frame,
            (isRa, expected) => Invalid(isRa ? ra : dec, $"'{Text(isRa ? ra : dec)}'", expected));

        double Degrees(string keyword, bool isLongitude) =>
            file.Keywords.Degrees(keyword, Text(keyword), isLongitude, recipe.Position.RaUnit, frame);
    }

    /// <summary>Returns the scalar columns: geometry, times, file and keywords.</summary>
    /// <param name="position">The position of the row.</param>
    /// <param name="taken">The names of other columns.</param>
    internal IEnumerable<ColumnData> Columns((double RaDeg, double DecDeg) position, ISet<string> taken)
    {
        (double x, double y)? at = file.Sky is null ? null : Pixel(file.Sky, position);
        (double X, double Y) centre = ((file.Axes.Width - 1) / 2.0, (file.Axes.Height - 1) / 2.0);
        yield return Number("spaxel_size", file.Sky?.GeometryAt(centre.X, centre.Y).PixelScaleArcsec);
        yield return Number("cube_x", at?.x);
        yield return Number("cube_y", at?.y);
        string? cards = file.Sky is null ? null : string.Concat(file.Sky.CubeCards(file.HasSpectralCards ? file.Axes.Channel : null,
            file.Spectrum.UnitOfRecipe).SelectMany(c => c.Format()));
        yield return TextColumnData.From(Cube.Find("cube_wcs")!.With(DType.String, []) with { Nullable = cards is null }, [cards]);
        foreach (ColumnData time in HeaderValues.Times(recipe.Mjd, recipe.MjdEnd, Time,
            (name, expected) => Invalid(name, $"'{Time(name)}'", expected), ScaleOf,
            name => file.Keywords.ToMjd(name, ScaleOf(name))))
            yield return time;
        yield return TextColumnData.From(new() { Name = "cube_file", DType = DType.String, Description = "file of the cube" },
            [Path.GetFileName(file.Path)]);
        foreach (string keyword in recipe.Keywords)
            if (file.Keywords.Column(keyword, taken.Add(keyword) ? keyword : $"header_{keyword}", recipe.Files.Count == 1) is { } column)
                yield return column;
    }

    private (double X, double Y)? Pixel(Wcs sky, (double RaDeg, double DecDeg) position)
    {
        if (PositionKeywords is null)
            return ((file.Axes.Width - 1) / 2.0, (file.Axes.Height - 1) / 2.0);
        (double longitude, double latitude) = FrameConversion.FromIcrs(WcsFrames.Of(sky.Frame, file.Hdu.Header))
            .Convert(position.RaDeg, position.DecDeg);
        (double x, double y) = sky.SkyToPixel(longitude, latitude);
        return double.IsFinite(x) && double.IsFinite(y) ? (x, y) : null;
    }

    private static ColumnData<double> Number(string name, double? value) => new(
        Cube.Find(name)!.With(DType.Float64, []) with { Nullable = value is null }, new[] { value ?? double.NaN },
        value is null ? IsMissing : default);

    private string ScaleOf(string keyword) => HeaderValues.ScaleOf(file.Path, keyword, file.Keywords.TimeScale, recipe.TimeScale);

    private string Time(string keyword) =>
        file.Keywords.TimeOrNull(keyword, recipe.TimeScale ?? file.Keywords.TimeScale, 0) ?? Text(keyword);

    private string Text(string keyword) => file.Keywords.TextOrNull(keyword)
        ?? throw new SchemaMismatchException(file.Path, null, $"there is no keyword '{keyword}' in HDU {file.Hdu.Label} or the primary HDU",
            "Correct the recipe's source, or leave out this file");

    private ValueInvalidException Invalid(string name, string value, string expected) =>
        new(file.Path, 0, name, value, expected, "Skip bad rows (BuildSettings.SkipsBadRows), or leave out this file");
}
