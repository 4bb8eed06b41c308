using System.Globalization;
using System.Text.RegularExpressions;
using Pile.Fits;
using Pile.Format;
using Pile.Sky;
using Pile.Tables;

namespace Pile.Builders.Sources.Spectrum;

/// <summary>Id, position, times and native columns of one spectrum: from the table of objects, otherwise from keywords.</summary>
internal sealed partial class ObjectRow(SpectrumFile file, SpectrumRecipe recipe, int spectrum)
{
    private const string Remedy = "Correct the name in the recipe's source, or leave out this file";

    private readonly int row = file.Flux.RowOf(spectrum); // of the table of objects

    [GeneratedRegex(@"\{(?<name>[^{}]+)\}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Placeholder();

    /// <summary>Returns the id: the name of the file if the recipe names nothing, followed by the row if it has several spectra.</summary>
    internal string Id()
    {
        if (recipe.Id is not { } id)
        {
            string name = Path.GetFileName(file.Path).Split(".fit")[0];
            return file.Flux.Count == 1 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}-{spectrum}");
        }
        string text = id.Contains('{', StringComparison.Ordinal) ? Placeholder().Replace(id, match => Text(match.Groups["name"].Value))
            : Text(id);
        return text.Length > 0 ? text : throw Invalid(id, "an empty text", "an id");
    }

    /// <summary>Returns the position, ICRS degrees.</summary>
    /// <exception cref="ValueInvalidException">It is not a position on the sky.</exception>
    internal (double RaDeg, double DecDeg) Position()
    {
        (string ra, string dec) = (recipe.Position.RaColumn!, recipe.Position.DecColumn!);
        SkyFrame frame = Frame(ra);
        if (!PositionText.TryRightAscension(Text(ra), recipe.Position.RaUnit, IsEquatorial(frame), out double longitude)
            || !double.IsFinite(longitude))
            throw Invalid(ra, $"'{Text(ra)}'", "an angle");
        if (!PositionText.TryDeclination(Text(dec), recipe.Position.RaUnit, out double latitude) || latitude is not (>= -90 and <= 90))
            throw Invalid(dec, $"'{Text(dec)}'", "an angle of -90 to 90 degrees");
        (double raDeg, double decDeg) = FrameConversion.ToIcrs(frame).Convert(longitude, latitude);
        raDeg -= 360 * Math.Floor(raDeg / 360);
        return (raDeg == 360 ? 0 : raDeg, decDeg);
    }

    /// <summary>Returns <c>mjd</c> and <c>mjd_end</c>, if the recipe names them.</summary>
    internal IEnumerable<ColumnData> Times()
    {
        foreach ((string name, string? from) in new[] { ("mjd", recipe.Mjd), ("mjd_end", recipe.MjdEnd) })
            if (from is not null)
            {
                string text = Text(from);
                bool isMissing = text.Length == 0 || text == "NaN";
                double mjd = double.NaN;
                if (!isMissing && !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out mjd))
                    throw Invalid(from, $"'{text}'", "a modified Julian date");
                yield return new ColumnData<double>(Modality.Common.Find(name)!.With(DType.Float64, []) with { Nullable = true },
                    new[] { mjd }, new[] { isMissing });
            }
    }

    /// <summary>Returns the other columns of the flux's table, the table of objects, and the keywords that the recipe names.</summary>
    /// <param name="taken">The names of other columns; a native column of such a name has that of its HDU before it.</param>
    internal IEnumerable<ColumnData> Native(ISet<string> taken)
    {
        SpectrumValues flux = file.Flux;
        if (flux.IsPerSample)
            foreach (FitsColumn column in flux.Table!.Columns.Where(IsKept))
                yield return FitsNative.ReadArray(file.Path, flux.Table, column, NameOf(column.Name, flux.Hdu.Name), null);
        if (file.Objects is var (table, hdu))
            foreach (FitsColumn column in table.Columns.Where(IsKept))
                yield return IsArray(column) ? FitsNative.ReadArray(file.Path, table, column, NameOf(column.Name, hdu), row)
                    : FitsNative.Read(file.Path, table, column, NameOf(column.Name, hdu), row);
        foreach (string keyword in recipe.Keywords)
            yield return Keyword(keyword, NameOf(keyword, "header"));

        bool IsKept(FitsColumn column) => column != flux.Column || !flux.IsFloat32 || !file.Scale.IsIdentity;

        string NameOf(string name, string hdu) => taken.Add(name) ? name : $"{hdu}_{name}";

        static bool IsArray(FitsColumn column) => column.IsVariableLength
            || (column.Repeat > 1 && column.Shape.Count <= 1 && column.Type is not FitsType.Text);
    }

    private ColumnData Keyword(string keyword, string name)
    {
        FitsCard card = file.Header.Find(keyword) ?? file.Primary.Find(keyword)
            ?? throw new SchemaMismatchException(file.Path, null, $"there is no keyword '{keyword}'",
                "Correct 'keywords' in the recipe's source");
        string value = card.Value?.Trim() ?? "";
        ColumnSchema schema = new()
        {
            Name = name,
            DType = DType.String,
            Nullable = true,
            Description = card.Comment is { Length: > 0 } comment ? comment : null,
        };
        return card.IsText || !double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            ? TextColumnData.From(schema, [value.Length == 0 ? null : value])
            : new ColumnData<double>(schema with { DType = DType.Float64 }, new[] { number });
    }

    /// <summary>Returns the text of a column of the table of objects, or of a keyword.</summary>
    private string Text(string name)
    {
        if (file.Objects is var (table, hdu) && table.TryColumn(name, out FitsColumn? column))
        {
            if (column.IsVariableLength || (column.Repeat != 1 && column.Type is not FitsType.Text))
                throw new SchemaMismatchException(file.Path, name, $"HDU '{hdu}' should have one value per row, found TFORM {column.Form}",
                    Remedy);
            if (column.Type is FitsType.Text)
            {
                string[] text = new string[column.Repeat];
                table.ReadText(column, row, 1, text);
                return text[0].Trim();
            }
            if (FitsValues.CanReadAs<long>(column.Type))
            {
                long[] integer = [0];
                table.Read<long>(column, row, 1, integer);
                return integer[0].ToString(CultureInfo.InvariantCulture);
            }
            double[] number = [0];
            table.Read<double>(column, row, 1, number);
            return number[0].ToString("R", CultureInfo.InvariantCulture);
        }
        return (file.Header.GetText(name) ?? file.Primary.GetText(name))?.Trim()
            ?? throw new SchemaMismatchException(file.Path, null,
                $"there is neither a keyword '{name}'{(file.Objects is (_, var of) ? $" nor a column of HDU '{of}'" : "")}", Remedy);
    }

    // FITS 4.0 §8.3, table 24: without RADESYS, an equinox before 1984 is FK4, a later one FK5, and none ICRS.
    private SkyFrame Frame(string ra)
    {
        if (recipe.Position.Frame is { } declared)
            return SkyFrame.TryParse(declared, out SkyFrame frame) ? frame : throw new InvalidOperationException(declared);
        if (file.Objects is var (table, _) && table.TryColumn(ra, out _))
            return SkyFrame.Of(CelestialSystem.Icrs);
        FitsHeader header = file.Header.Contains(ra) ? file.Header : file.Primary;
        double? equinox = (header.Contains("EQUINOX") ? header : file.Primary).GetFloat64("EQUINOX");
        return (header.GetText("RADESYS") ?? header.GetText("RADECSYS"))?.Trim().ToUpperInvariant() switch
        {
            "ICRS" => SkyFrame.Of(CelestialSystem.Icrs),
            "FK5" => SkyFrame.Of(CelestialSystem.Fk5, equinox),
            "FK4" => SkyFrame.Of(CelestialSystem.Fk4, equinox),
            "FK4-NO-E" => SkyFrame.Of(CelestialSystem.Fk4NoE, equinox),
            null or "" => equinox is null ? SkyFrame.Of(CelestialSystem.Icrs)
                : SkyFrame.Of(equinox < 1984 ? CelestialSystem.Fk4 : CelestialSystem.Fk5, equinox),
            { } other => throw new SchemaMismatchException(file.Path, null, $"RADESYS = '{other}' is not a supported frame",
                "Set 'frame' in the recipe's source"),
        };
    }

    private static bool IsEquatorial(SkyFrame frame) =>
        frame.System is not (CelestialSystem.Galactic or CelestialSystem.Ecliptic);

    private ValueInvalidException Invalid(string name, string value, string expected) =>
        new(file.Path, row, name, value, expected, "Skip bad rows, or leave out this file");
}
