using System.Text;
using Pile.Format;
using Pile.Hdf5;
using Pile.Storage;

namespace Pile.Adopting;

/// <summary>Reads the structure of files: layout, columns and ids. Values of other columns are not read.</summary>
/// <param name="root">The place of the files.</param>
internal sealed class FileScanner(ArchiveRoot root)
{
    /// <summary>The number of objects whose units and descriptions are read; those of later objects are the same.</summary>
    private const int ObjectsWithAttributes = 20;

    // Deflate needs a byte for at most 1,032 decoded ones.
    private const long MaxRowsPerByte = 1100;

    /// <summary>Opens a file.</summary>
    /// <exception cref="PileException">The file is missing, cannot be read, or is not HDF5.</exception>
    internal ForeignFile Open(StoredFile file)
    {
        try
        {
            return ForeignFile.Open(root.UriOf(file.Path), new StoredSource(root.Store.Open(file.Path, file.Bytes),
                root.Store is not LocalFolder));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new SourceUnreadableException(root.UriOf(file.Path), e.Message.TrimEnd('.'),
                "Check that the file exists, is readable and does not change while it is adopted", e);
        }
    }

    /// <summary>Reads the structure of a file.</summary>
    /// <param name="stored">The file.</param>
    /// <param name="readsIds">True to read the ids too.</param>
    /// <param name="layout">The layout, <see cref="FileScan.OtherLayout"/> of an earlier scan; null to judge it by the file.</param>
    /// <exception cref="PileException">The file is missing or corrupt.</exception>
    internal FileScan Scan(StoredFile stored, bool readsIds, Hdf5Layout? layout = null)
    {
        root.RequireAddress(stored.Path);
        using ForeignFile file = Open(stored);
        FileScan scan = StructureSearch.Find(file, stored, layout);
        foreach (TablePlace table in scan.Tables)
            if (table.RowCount / MaxRowsPerByte > stored.Bytes)
                throw new Hdf5Exception(file.Path, table.Datasets[0].Path, $"{table.RowCount} rows, more than a file of "
                    + $"{stored.Bytes} bytes can have");
        return scan.Layout switch
        {
            Hdf5Layout.Table => ScanTables(file, scan, readsIds),
            Hdf5Layout.None => scan,
            _ => ScanObjects(file, scan, readsIds),
        };
    }

    private static FileScan ScanTables(ForeignFile file, FileScan scan, bool readsIds)
    {
        Dictionary<string, MergedColumn> columns = new(StringComparer.Ordinal);
        IdScan ids = new();
        string? idColumn = null;
        for (int i = 0; i < scan.Tables.Count; i++)
        {
            List<(SourceField Field, ForeignDataset Dataset)> fields = FieldLists.OfTable(file, scan.Tables[i], readsAttributes: true);
            foreach ((SourceField field, ForeignDataset dataset) in fields)
            {
                MergedColumn column = Merge(columns, RowCompanions.WithCommonShape(field, dataset.RowCount), scan);
                RequireNames(column, file, field, dataset, scan);
            }
            int id = IdScan.Find(fields);
            string? name = id < 0 ? null : fields[id].Field.Name;
            idColumn = i is 0 || idColumn == name ? name : null;
            if (readsIds && id >= 0)
                ids.AddTable(file, fields[id].Field, fields[id].Dataset);
        }
        return Result(scan, columns, scan.Tables.Sum(table => table.RowCount), idColumn, ids, scan.Findings);
    }

    private static FileScan ScanObjects(ForeignFile file, FileScan scan, bool readsIds)
    {
        Dictionary<string, MergedColumn> columns = new(StringComparer.Ordinal);
        IdScan ids = new();
        List<string> findings = [.. scan.Findings];
        HashSet<string> arrays = new(StringComparer.Ordinal);
        string? idColumn = null;
        long count = 0;
        foreach (ObjectParts parts in ObjectParts.List(file, scan.ObjectDepth))
        {
            List<(SourceField Field, ForeignDataset? Dataset)> fields = FieldLists.OfObject(parts, count < ObjectsWithAttributes);
            foreach ((SourceField field, ForeignDataset? dataset) in fields)
            {
                MergedColumn column = Merge(columns, field, scan);
                RequireNames(column, file, field, dataset, scan);
            }
            if (findings.Count < 20)
                findings.AddRange(parts.Findings);
            if (count < ObjectsWithAttributes)
                foreach (ForeignAttribute attribute in parts.Attributes)
                    if (FieldReader.IsArray(attribute) && arrays.Add(attribute.Name))
                        findings.Add($"the attribute '{attribute.Name}' of objects has several elements; it is left out");
            int id = IdScan.Find(fields);
            string? name = id < 0 ? null : fields[id].Field.Name;
            idColumn = count is 0 || idColumn == name ? name : null;
            if (readsIds && id >= 0)
                ids.AddObject(file, fields[id].Field, fields[id].Dataset);
            else if (readsIds)
                ids.Add(Encoding.UTF8.GetBytes(scan.ObjectDepth is 0 ? StemOf(scan.File.Path) : parts.Name));
            count++;
        }
        return Result(scan, columns, count, idColumn, ids, findings);
    }

    /// <summary>Returns the name of a file without its folders and its last suffix.</summary>
    internal static string StemOf(string path)
    {
        string name = path[(path.LastIndexOf('/') + 1)..];
        return name.LastIndexOf('.') is > 0 and var dot ? name[..dot] : name;
    }

    private static FileScan Result(FileScan scan, Dictionary<string, MergedColumn> columns, long rows, string? idColumn, IdScan ids,
        IReadOnlyList<string> findings) => scan with
        {
            Columns = columns,
            RowCount = rows,
            IdColumn = idColumn,
            IdHashes = ids.Hashes,
            HasMissingIds = ids.HasMissing,
            Findings = findings,
        };

    private static MergedColumn Merge(Dictionary<string, MergedColumn> columns, SourceField field, FileScan scan)
    {
        if (columns.TryGetValue(field.Name, out MergedColumn? column))
            column.Add(field, scan.File.Path);
        else
            columns.Add(field.Name, column = new(field, scan.File.Path));
        return column;
    }

    /// <summary>Leaves the names of codes out, unless each row has one code and all codes have names.</summary>
    private static void RequireNames(MergedColumn column, ForeignFile file, SourceField field, ForeignDataset? dataset, FileScan scan)
    {
        if (!column.Meaning.HasNames || field.Type.Categories.IsEmpty)
            return;
        if (!field.Shape.IsEmpty || dataset is null)
            column.Meaning.DropNames($"'{scan.File.Path}/{field.Place}' is {(dataset is null ? "an attribute" : "an array in each row")}");
        else if (!HasNames(file, field, dataset))
            column.Meaning.DropNames($"'{scan.File.Path}/{field.Place}' has codes without names");
    }

    /// <summary>Returns true if every code of an enumeration has a name.</summary>
    private static bool HasNames(ForeignFile file, SourceField field, ForeignDataset dataset)
    {
        const int RowsPerRead = 65_536;
        HashSet<long> codes = [.. field.Type.Categories.Select(category => category.Code)];
        LightBuilder values = new(new(field.Name, new ColumnSchema { Name = field.Name, DType = DType.Int64 }, null));
        if (dataset.Shape.Count is 0)
        {
            FieldValues.AddObject(file, field, dataset, values);
            return IsNamed();
        }
        RowBuffer rows = new(dataset);
        RowCompanions? companions = RowCompanions.Of(field);
        for (long row = 0; row < dataset.RowCount; row += RowsPerRead)
        {
            FieldValues.AddRows(file, field, rows, companions, row, (int)Math.Min(RowsPerRead, dataset.RowCount - row), values);
            if (!IsNamed())
                return false;
        }
        return true;

        bool IsNamed()
        {
            ColumnData<long> read = (ColumnData<long>)values.Take();
            for (int row = 0; row < read.RowCount; row++)
                if (!read.IsNullAt(row) && !codes.Contains(read.Values.Span[row]))
                    return false;
            return true;
        }
    }
}
