using System.Globalization;
using Pile.Fits;
using Pile.Format;
using Pile.Sky;

namespace Pile.Builders.Sources.Spectrum;

/// <summary>Id, position, times and native columns of one spectrum: from the table of objects, otherwise from keywords.</summary>
internal sealed class ObjectRow(SpectrumFile file, SpectrumRecipe recipe, int spectrum)
{
    private const string Remedy = "Correct the name in the recipe's source, or leave out this file";

    private readonly int row = file.Flux.RowOf(spectrum); // of the table of objects

    private readonly HeaderValues header = new(file.Path, file.Header, file.Primary);

    /// <summary>Returns the id: the name of the file if the recipe names nothing, followed by the row if it has several spectra.</summary>
    internal string Id()
    {
        if (recipe.Id is not { } id)
        {
            string name = HeaderValues.NameOf(file.Path);
            return file.Flux.Count == 1 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}-{spectrum}");
        }
        string text = HeaderValues.Id(id, Text);
        return text.Length > 0 ? text : throw Invalid(id, "an empty text", "an id");
    }

    /// <summary>Returns the position, ICRS degrees.</summary>
    /// <exception cref="ValueInvalidException">It is not a position on the sky.</exception>
    internal (double RaDeg, double DecDeg) Position()
    {
        (string ra, string dec) = (recipe.Position.RaColumn!, recipe.Position.DecColumn!);
        return HeaderValues.ToIcrs(Text(ra), Text(dec), recipe.Position.RaUnit, Frame(ra),
            (isRa, expected) => Invalid(isRa ? ra : dec, $"'{Text(isRa ? ra : dec)}'", expected));
    }

    /// <summary>Returns <c>mjd</c> and <c>mjd_end</c>, if the recipe names them.</summary>
    internal IEnumerable<ColumnData> Times() => HeaderValues.Times(recipe.Mjd, recipe.MjdEnd, Text,
        (name, expected) => Invalid(name, $"'{Text(name)}'", expected));

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
            yield return header.Column(keyword, NameOf(keyword, "header"));

        bool IsKept(FitsColumn column) => column != flux.Column || !flux.IsFloat32 || !file.Scale.IsIdentity;

        string NameOf(string name, string hdu) => taken.Add(name) ? name : $"{hdu}_{name}";

        static bool IsArray(FitsColumn column) => column.IsVariableLength
            || (column.Repeat > 1 && column.Shape.Count <= 1 && column.Type is not FitsType.Text);
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
        return header.TextOrNull(name)
            ?? throw new SchemaMismatchException(file.Path, null,
                $"there is neither a keyword '{name}'{(file.Objects is (_, var of) ? $" nor a column of HDU '{of}'" : "")}", Remedy);
    }

    private SkyFrame Frame(string ra)
    {
        if (recipe.Position.Frame is { } declared)
            return SkyFrame.TryParse(declared, out SkyFrame frame) ? frame : throw new InvalidOperationException(declared);
        return file.Objects is var (table, _) && table.TryColumn(ra, out _) ? SkyFrame.Of(CelestialSystem.Icrs) : header.FrameOf(ra);
    }

    private ValueInvalidException Invalid(string name, string value, string expected) =>
        new(file.Path, row, name, value, expected, "Skip bad rows, or leave out this file");
}
