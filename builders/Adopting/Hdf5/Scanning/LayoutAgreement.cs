using Pile.Format;

namespace Pile.Adopting;

/// <summary>Judges the layout of files together: the structure of one file may allow two layouts.</summary>
internal static class LayoutAgreement
{
    /// <summary>Returns the files that must be scanned again as <see cref="FileScan.OtherLayout"/>, because other files with the same
    /// columns have that layout; and one of these for each.</summary>
    /// <param name="scans">The files; null for those that cannot be read.</param>
    internal static List<(int Index, FileScan Example)> ToRescan(IReadOnlyList<FileScan?> scans)
    {
        Dictionary<string, FileScan> tables = ColumnsOf(scans, scan => scan is { Layout: Hdf5Layout.Table, OtherLayout: null });
        Dictionary<string, FileScan> objects = ColumnsOf(scans, scan => scan is { Layout: Hdf5Layout.Object }
            && !(scan.OtherLayout is Hdf5Layout.Table && Shared(scan, tables) is not null));
        List<(int Index, FileScan)> found = [];
        for (int i = 0; i < scans.Count; i++)
        {
            FileScan? example = scans[i] switch
            {
                { Layout: Hdf5Layout.Object, OtherLayout: Hdf5Layout.Table } scan => Shared(scan, tables),
                { Layout: Hdf5Layout.Table, OtherLayout: Hdf5Layout.Object } scan when Shared(scan, tables) is null
                    => Shared(scan, objects),
                _ => null,
            };
            if (example is not null)
                found.Add((i, example));
        }
        // A single damaged file of many tables must not change the rows of all others; they contradict each other instead.
        bool isObject = scans.Count(scan => scan is { Layout: Hdf5Layout.Object })
            >= found.Count(file => scans[file.Index] is { Layout: Hdf5Layout.Table });
        return isObject ? found : found.FindAll(file => scans[file.Index] is { Layout: Hdf5Layout.Object });
    }

    /// <summary>Returns what the user should know about a file that was scanned again.</summary>
    internal static string FindingOf(FileScan scan, FileScan example) => scan.Layout is Hdf5Layout.Object
        ? $"the file is one object, as '{example.File.Path}', although some of its arrays have the same length"
        : $"the file is a table with one row, because '{example.File.Path}' is a table";

    /// <summary>Checks that a column does not have a value for each row of a table in one file, and for each object in another.</summary>
    /// <exception cref="SourceUnreadableException">Two files contradict each other.</exception>
    internal static void Check(IEnumerable<FileScan> scans, ArchiveRoot root)
    {
        Dictionary<string, FileScan> tables = new(StringComparer.Ordinal), objects = new(StringComparer.Ordinal);
        foreach (FileScan scan in scans)
            foreach ((string name, MergedColumn column) in scan.Columns.Where(column => column.Value.Usable > 0))
            {
                bool isTable = scan.Layout is Hdf5Layout.Table;
                (isTable ? tables : objects).TryAdd(name, scan);
                if ((isTable ? objects : tables).TryGetValue(name, out FileScan? other)
                    && other.Columns[name].Shape.Length != column.Shape.Length)
                    throw Contradiction(name, tables[name], objects[name], root);
            }
    }

    private static SourceUnreadableException Contradiction(string column, FileScan table, FileScan ofObject, ArchiveRoot root) =>
        new(DamagedFile.PlaceOf(root.UriOf(table.File.Path), root),
            $"the file is a table of {table.RowCount} rows, but '{ofObject.File.Path}' has "
                + (ofObject.Layout is Hdf5Layout.Object ? "one object" : "a group for each object")
                + $": '{column}' has the axes {Axes(table.Columns[column])} in a row of the one, and {Axes(ofObject.Columns[column])} in "
                + "an object of the other", "Adopt tables and files of objects as separate datasets");

    private static string Axes(MergedColumn column) =>
        $"[{string.Join(", ", column.Shape.Select(length => length == ColumnSchema.Ragged ? "*" : $"{length}"))}]";

    private static Dictionary<string, FileScan> ColumnsOf(IEnumerable<FileScan?> scans, Func<FileScan, bool> isOf)
    {
        Dictionary<string, FileScan> columns = new(StringComparer.Ordinal);
        foreach (FileScan scan in scans.OfType<FileScan>().Where(isOf))
            foreach (string name in scan.Columns.Keys)
                columns.TryAdd(name, scan);
        return columns;
    }

    private static FileScan? Shared(FileScan scan, Dictionary<string, FileScan> columns) =>
        scan.Columns.Keys.Select(name => columns.GetValueOrDefault(name)).FirstOrDefault(other => other is not null);
}
