using System.Globalization;
using Pile.Builders.Sources.SkyImages;
using Pile.Fits;
using Pile.Format;
using Pile.Sky;
using Pile.Tables;
using Pile.Tables.Fits;

namespace Pile.Builders.Sources.Spectrum;

/// <summary>Id, position, times and native columns of one spectrum: from the table of objects, otherwise from keywords.</summary>
internal sealed class ObjectRow
{
    private const string Remedy = "Correct the name in the recipe's source, or leave out this file";

    private const double ZeroMjdTolerance = 1e-8; // days; zero points that are Julian dates have this precision

    private readonly SpectrumFile file;
    private readonly SpectrumRecipe recipe;
    private readonly SpectrumParts spectrum;
    private readonly HeaderValues header;
    private readonly ObjectCatalogue? catalogue;
    private readonly (FitsTable Table, string Hdu, int Row)? table;

    internal ObjectRow(SpectrumFile file, SpectrumRecipe recipe, SpectrumParts spectrum, ObjectCatalogue? catalogue)
    {
        (this.file, this.recipe, this.spectrum, this.catalogue) = (file, recipe, spectrum, catalogue);
        header = new(Path, spectrum.First.Header, spectrum.First.Primary);
        table = file.Objects is var (objects, name) ? (objects, name, spectrum.ObjectRow) : TableOf(spectrum.First, spectrum.Parts[0].Line);
    }

    private string Path => spectrum.First.Flux.Path;

    /// <summary>The row in the table of objects, otherwise the number of the spectrum in its file.</summary>
    internal long Number => table?.Row ?? spectrum.Number;

    /// <summary>True if the object does not meet the filter of the catalogue.</summary>
    internal bool IsDropped => catalogue?.Drops(IdIn(catalogue)) == true;

    /// <summary>Returns the id: the name of the file if the recipe names nothing, followed by the row if it has several spectra.</summary>
    internal string Id()
    {
        if (recipe.Id is not { } id)
        {
            string name = HeaderValues.NameOf(Path);
            return file.Spectra.Count == 1 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}-{spectrum.Number}");
        }
        string text = HeaderValues.Id(id, Text);
        return text.Length > 0 ? text : throw Invalid(id, "an empty text", "an id");
    }

    /// <summary>Returns the position, ICRS degrees.</summary>
    /// <exception cref="ValueInvalidException">It is not a position on the sky.</exception>
    internal (double RaDeg, double DecDeg) Position()
    {
        if (catalogue is not null)
            return catalogue.PositionOf(RowIn(catalogue)) is { RaDeg: >= 0 and <= 360, DecDeg: >= -90 and <= 90 } found ? found
                : throw Unknown($"an object with a position in {catalogue.Path}", "Correct the position");
        (string ra, string dec) = (recipe.Position.RaColumn!, recipe.Position.DecColumn!);
        SkyFrame frame = Frame(ra);
        return HeaderValues.ToIcrs(Angle(ra, isLongitude: true, frame), Angle(dec, isLongitude: false, frame), frame,
            (isRa, expected) => Invalid(isRa ? ra : dec, $"'{Text(isRa ? ra : dec)}'", expected));
    }

    /// <summary>Returns <c>mjd</c> and <c>mjd_end</c>, if the recipe names them.</summary>
    internal IEnumerable<ColumnData> Times() => HeaderValues.Times(recipe.Mjd, recipe.MjdEnd, TimeAsText,
        (name, expected) => IsInCatalogue(name)
            ? new ValueInvalidException(catalogue!.Path, catalogue.NumberOf(RowIn(catalogue)), name, $"'{TimeAsText(name)}'", expected,
                "Correct the value, or skip bad rows (BuildSettings.SkipsBadRows)")
            : Invalid(name, $"'{TimeAsText(name)}'", expected),
        name => Scale = HeaderValues.ScaleOf(Path, name, DeclaredScale(name), recipe.TimeScale ?? Scale),
        name => IsInCatalogue(name) ? (1, 0, null) : ToMjd(name));

    /// <summary>The time scale of the times that were read; null before.</summary>
    internal string? Scale { get; private set; }

    /// <summary>Returns the time scale that the file declares for the times; null if it declares none.</summary>
    /// <exception cref="SchemaMismatchException">There is no such column or keyword.</exception>
    internal string? DeclaredScale() =>
        (recipe.Mjd is { } start ? DeclaredScale(start) : null) ?? (recipe.MjdEnd is { } end ? DeclaredScale(end) : null);

    private string? DeclaredScale(string name)
    {
        if (IsInCatalogue(name))
            return null;
        _ = Text(name); // a wrong name is reported before a missing scale
        if (table is not var (rows, _, _) || !rows.TryColumn(name, out FitsColumn? column))
            return header.TimeScale;
        return AxisOf(rows, column) is { AssumesScale: false } axis ? axis.Scale : header.TimeScale;
    }

    private static TimeAxis? AxisOf(FitsTable rows, FitsColumn column) =>
        FitsTimes.Of(rows.Header, column, 1 + rows.Columns.ToList().IndexOf(column), isTime: true);

    private bool IsInCatalogue(string name) => catalogue?.Has(name) == true;

    /// <summary>Returns the text of a time in the catalogue or the file; its number if the catalogue has numbers.</summary>
    internal string TimeAsText(string name) => catalogue?.TextOf(name, RowIn(catalogue))
        ?? DaysIn(name)?.ToString("R", CultureInfo.InvariantCulture)
        ?? (table is var (rows, _, _) && rows.TryColumn(name, out _) ? null
            : header.TimeOrNull(name, recipe.TimeScale ?? header.TimeScale, Number)) ?? Text(name);

    private double? DaysIn(string name) => catalogue?.DaysOf(name, RowIn(catalogue), name == recipe.Mjd ? "mjd" : "mjd_end");

    /// <summary>Returns the other columns of the tables of the flux, the table of objects, and the keywords that the recipe
    /// names.</summary>
    /// <param name="taken">The names of other columns; a native column of such a name has that of its HDU before it.</param>
    /// <param name="leftOut">The columns that have different units in the files.</param>
    internal IEnumerable<ColumnData> Native(ISet<string> taken, IReadOnlySet<string> leftOut)
    {
        // The orders of a file may differ in number and length from those of another, so that they make no column.
        if (!recipe.HasOrders)
            foreach ((SpectrumArm arm, int line) in spectrum.Parts)
                foreach (ColumnData column in OfTable(arm, line))
                    yield return column;
        if (file.Objects is var (objects, hdu))
            foreach (FitsColumn column in objects.Columns.Where(c => IsChosen(c.Name)))
                yield return Read(objects, column, NameOf(column.Name, hdu), spectrum.ObjectRow);
        foreach (ColumnData column in catalogue?.Of([RowIn(catalogue)]).Where(c => IsChosen(c.Schema.Name)) ?? [])
            yield return column.WithSchema(column.Schema with { Name = NameOf(column.Schema.Name, "catalogue") });
        foreach (string keyword in recipe.Keywords)
            if (header.Column(keyword, NameOf(keyword, "header"), recipe.Files.Count == 1) is { } column)
                yield return column;

        IEnumerable<ColumnData> OfTable(SpectrumArm arm, int line)
        {
            string prefix = arm.Recipe.Name.Length > 0 ? arm.Recipe.Name + "_" : "";
            foreach (FitsColumn column in arm.Flux.Table?.Columns.Where(c => IsKept(arm, c) && IsChosen(prefix + c.Name)) ?? [])
            {
                string name = NameOf(prefix + column.Name, arm.Flux.Hdu.Name);
                yield return arm.Flux.IsPerSample ? FitsNative.ReadArray(Path, arm.Flux.Table!, column, name, null)
                    : Read(arm.Flux.Table!, column, name, arm.Flux.RowOf(line));
            }
        }

        bool IsChosen(string name) => !recipe.Excluded.Contains(name) && !leftOut.Contains(name);

        string NameOf(string name, string hdu) => taken.Add(name) ? name : $"{hdu}_{name}";
    }

    private ObjectId IdIn(ObjectCatalogue objects) => objects.IsOfText ? Id()
        : long.TryParse(Id(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? number
        : throw Invalid(recipe.Id ?? "", $"'{Id()}'", $"an integer, as the ids of '{objects.IdColumn}' in {objects.Path}");

    private int RowIn(ObjectCatalogue objects) => objects.Find(IdIn(objects))
        ?? throw Unknown($"an object of {objects.Path}", "Add the object to the catalogue, set 'id' in the recipe's source");

    private ValueInvalidException Unknown(string expected, string remedy) => new(Path, Number, recipe.Id ?? "",
        $"'{Id()}'", expected, $"{remedy}, or skip bad rows (BuildSettings.SkipsBadRows)");

    // Without arms, spectrum_flux has the same values as a flux that is not converted.
    private static bool IsKept(SpectrumArm arm, FitsColumn column) =>
        arm.Recipe.Name.Length > 0 || column != arm.Flux.Column || !arm.Flux.IsFloat32 || !arm.Scale.IsIdentity;

    private ColumnData Read(FitsTable from, FitsColumn column, string name, int row) => column.IsVariableLength
        || (column.Repeat > 1 && column.Shape.Count <= 1 && column.Type is not FitsType.Text)
            ? FitsNative.ReadArray(Path, from, column, name, row) : FitsNative.Read(Path, from, column, name, row);

    private (FitsTable, string, int)? TableOf(SpectrumArm arm, int line) => arm.Flux.Table is { } rows && !arm.Flux.IsPerSample
        && !recipe.HasOrders ? (rows, arm.Flux.Hdu.Name, arm.Flux.RowOf(line)) : null;

    /// <summary>Returns an angle in degrees: that of a column in the unit of the column, unless the recipe declares one; NaN if it is not
    /// an angle.</summary>
    private double Angle(string name, bool isLongitude, SkyFrame frame)
    {
        string text = Text(name);
        if (table is not var (rows, _, row) || !rows.TryColumn(name, out FitsColumn? column))
            return header.Degrees(name, text, isLongitude, recipe.Position.RaUnit, frame);
        try
        {
            AngleColumn angles = new(Path, FitsNative.Schema(column, name), isLongitude, isLongitude && frame.IsEquatorial,
                recipe.Position with { OnBadValue = _ => { } });
            Span<double> degrees = stackalloc double[1];
            angles.Convert(FitsNative.Read(Path, rows, column, name, row), degrees, row);
            return degrees[0];
        }
        catch (ArgumentException e) when (e.ParamName is null)
        {
            throw new SchemaMismatchException(Path, name, e.Message.TrimEnd('.'), "Set 'ra', 'dec' and 'ra_unit' in the recipe's source", e)
            { IsOfCaller = true };
        }
    }

    /// <summary>Returns what the file says about the times of a column or keyword: the unit, and the MJD of 0 by the
    /// header.</summary>
    /// <exception cref="SchemaMismatchException">The unit is not one of time, or states another zero point than the header.</exception>
    private (double DaysPerUnit, double ZeroMjd, string? Unit) ToMjd(string name)
    {
        if (table is not var (rows, _, _) || !rows.TryColumn(name, out FitsColumn? column))
            return header.ToMjd(name, Scale ?? "");
        int number = 1 + rows.Columns.ToList().IndexOf(column);
        string? unit = FitsTimes.UnitOf(rows.Header, column, number, isTime: true);
        double daysPerUnit = TimeUnits.DaysPer(Path, name, unit, "Set 'mjd' in the recipe's source to another column");
        double zero = AxisOf(rows, column)?.ZeroMjd ?? 0;
        if (zero != 0 && NamedZero.Of(unit) is { Kind: not NamedZero.Meaning.None, ZeroMjd: var ofUnit }
            && !(Math.Abs(zero - (ofUnit ?? double.NaN)) <= ZeroMjdTolerance))
            throw new SchemaMismatchException(Path, name, string.Create(CultureInfo.InvariantCulture,
                $"its unit '{unit}' states a zero point, but the header has a reference time (MJDREF), MJD {zero:R}, ")
                + "so that two would be added to its times", "Correct the unit or the header of the file");
        return (daysPerUnit, zero, unit);
    }

    /// <summary>Returns the text of a column of the table of objects, or of a keyword.</summary>
    private string Text(string name)
    {
        if (table is var (rows, hdu, row) && rows.TryColumn(name, out FitsColumn? column))
        {
            if (column.IsVariableLength || (column.Repeat != 1 && column.Type is not FitsType.Text))
                throw new SchemaMismatchException(Path, name, $"HDU '{hdu}' should have one value per row, found TFORM {column.Form}",
                    Remedy);
            if (column.Type is FitsType.Text)
            {
                string[] text = new string[column.Repeat];
                rows.ReadText(column, row, 1, text);
                return text[0].Trim();
            }
            if (FitsValues.CanReadAs<long>(column.Type))
            {
                long[] integer = [0];
                rows.Read<long>(column, row, 1, integer);
                return integer[0].ToString(CultureInfo.InvariantCulture);
            }
            double[] number = [0];
            rows.Read<double>(column, row, 1, number);
            return number[0].ToString("R", CultureInfo.InvariantCulture);
        }
        return header.TextOrNull(name)
            ?? throw new SchemaMismatchException(Path, null,
                table is (_, var of, _) ? $"there is neither a keyword '{name}' nor a column of HDU '{of}'"
                    : $"there is no keyword '{name}'", Remedy)
            { IsOfCaller = true };
    }

    private SkyFrame Frame(string ra)
    {
        if (recipe.Position.Frame is { } declared)
            return SkyFrame.TryParse(declared, out SkyFrame frame) ? frame : throw new InvalidOperationException(declared);
        return table is var (rows, _, _) && rows.TryColumn(ra, out _) ? SkyFrame.Of(CelestialSystem.Icrs) : header.FrameOf(ra);
    }

    /// <summary>Creates the error of a spectrum without any wavelength.</summary>
    internal ValueInvalidException Empty() => new(Path, Number, "",
        $"{spectrum.First.Flux.Place} with 0 wavelengths", "a spectrum",
        "Skip bad rows (BuildSettings.SkipsBadRows), or leave out this file");

    private ValueInvalidException Invalid(string name, string value, string expected) =>
        new(Path, Number, name, value, expected,
            "Skip bad rows (BuildSettings.SkipsBadRows), or leave out this file");
}
