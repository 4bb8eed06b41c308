using System.Globalization;
using Pile.Builders.Sources.Cube;
using Pile.Fits;
using Pile.Format;

namespace Pile.Builders.Sources.Snana;

/// <summary>An open HEAD file, which has a row for each object.</summary>
internal sealed class HeadFile : IDisposable
{
    private const string Remedy = "Leave out this file, or get it again";

    // Facts about all objects of the file. In a text file they are keys of each object.
    private static readonly string[] Keywords = ["SURVEY", "FILTERS"];

    private readonly FitsFile file;
    private readonly FitsTable table;
    private readonly HeaderValues header;

    private HeadFile(FitsFile file, FitsTable table) =>
        (this.file, this.table, header) = (file, table, new(file.Path, table.Header, file.Hdu(0).Header));

    internal string Path => file.Path;

    /// <summary>The number of objects.</summary>
    internal long RowCount => table.RowCount;

    /// <summary>The name of the PHOT file in the header; null if the header does not have it.</summary>
    internal string? PhotName => header.TextOrNull("PHOTFILE") is { Length: > 0 } name ? name : null;

    /// <summary>Opens a file.</summary>
    /// <exception cref="FitsException">The file is not a FITS file, or is truncated.</exception>
    /// <exception cref="SchemaMismatchException">The file is not a HEAD file.</exception>
    internal static HeadFile Open(string path)
    {
        FitsFile opened = LargeGzip.Open(path);
        try
        {
            return new(opened, SnanaTable.Find(opened, "SNID")
                ?? throw new SchemaMismatchException(path, null,
                    $"there is no table with a column 'SNID', so that it is not a HEAD file. {opened.Contents().TrimEnd('.')}",
                    "Name only HEAD files and text files under 'files'; a PHOT file is found by its HEAD file"));
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>Returns the text of a column, or of a keyword, for each of some rows.</summary>
    /// <exception cref="SchemaMismatchException">There is neither a column nor a keyword of this name.</exception>
    internal string[] Texts(string name, long firstRow, int rowCount)
    {
        if (table.TryColumn(name, out FitsColumn? column))
            return SnanaTable.Texts(Path, table, column, firstRow, rowCount);
        string text = header.TextOrNull(name) ?? throw new SchemaMismatchException(Path, name,
            "there is neither such a column nor such a keyword", "Correct 'id' in the recipe's source");
        return [.. Enumerable.Repeat(text, rowCount)];
    }

    /// <summary>Returns the numbers of a column, the first one that exists, for each of some rows.</summary>
    /// <exception cref="SchemaMismatchException">There is no such column, or it does not have one number per row.</exception>
    internal double[] Numbers(long firstRow, int rowCount, params ReadOnlySpan<string> names) =>
        SnanaTable.Read<double>(Path, table, Column(names), firstRow, rowCount);

    /// <summary>Returns the integers of a column for each of some rows.</summary>
    /// <exception cref="SchemaMismatchException">There is no such column, or it does not have one integer per row.</exception>
    internal long[] Integers(string name, long firstRow, int rowCount) =>
        SnanaTable.Read<long>(Path, table, Column(name), firstRow, rowCount);

    /// <summary>Returns whether there is a column.</summary>
    internal bool Has(string name) => table.TryColumn(name, out _);

    /// <summary>Returns the columns that describe some objects.</summary>
    internal IEnumerable<ColumnData> Natives(long firstRow, int rowCount)
    {
        foreach (FitsColumn column in table.Columns.Where(c => SnanaNative.IsKept(c.Name)))
        {
            ColumnData values = FitsNative.Read(Path, table, column, SnanaNative.NameOf(column.Name), firstRow, rowCount);
            yield return values.WithSchema(SnanaNative.WithSentinel(values.Schema));
        }
        foreach (string keyword in Keywords)
            if (!Has(keyword) && header.TextOrNull(keyword) is { Length: > 0 } text)
                yield return TextColumnData.From(new() { Name = keyword, DType = DType.String }, [.. Enumerable.Repeat(text, rowCount)]);
    }

    /// <summary>Creates the error of a value.</summary>
    internal ValueInvalidException Invalid(long row, string column, string value, string expected) =>
        new(Path, row, column, value, expected, "Get both files again, or skip bad rows (BuildSettings.SkipsBadRows)");

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private FitsColumn Column(params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
            if (table.TryColumn(name, out FitsColumn? column))
                return column;
        throw new SchemaMismatchException(Path, names[0], string.Create(CultureInfo.InvariantCulture,
            $"there is no such column; the columns are {string.Join(", ", table.Columns.Select(c => c.Name))}"), Remedy);
    }
}
