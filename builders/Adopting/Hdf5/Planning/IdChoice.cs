using Pile.Format;
using Pile.Tables;

namespace Pile.Adopting;

/// <summary>Where the ids of rows are from.</summary>
internal enum IdOrigin
{
    /// <summary>A column.</summary>
    Column,

    /// <summary>The name of the object's group, or of its file.</summary>
    Name,

    /// <summary>The path of the file, and the number of the row or the path of the object's group in it.</summary>
    Place,
}

/// <summary>Chooses the ids of an archive.</summary>
/// <param name="Origin">Where they are from.</param>
/// <param name="Column">The column; null for other origins.</param>
internal sealed record IdChoice(IdOrigin Origin, string? Column)
{
    /// <summary>The largest number of ids that are compared with each other. They need 8 bytes each.</summary>
    private const long MaxCompared = 50_000_000;

    /// <summary>Chooses the ids: the named column, otherwise one with a usual name, otherwise the names of objects, otherwise
    /// places.</summary>
    /// <param name="scans">The files.</param>
    /// <param name="columns">Their scalar columns.</param>
    /// <param name="merged">The columns of all files, by name.</param>
    /// <param name="options">The options.</param>
    /// <param name="findings">Receives why a column is not used.</param>
    /// <exception cref="SchemaMismatchException">The named column does not exist, or not in all files.</exception>
    internal static IdChoice Choose(IReadOnlyList<FileScan> scans, IReadOnlyList<ColumnSchema> columns,
        IReadOnlyDictionary<string, MergedColumn> merged, Hdf5Options options, List<string> findings)
    {
        if (options.Positions.IdColumn is { } named)
            return named is PositionColumns.RowNumberId ? new(IdOrigin.Place, null) : Named(named, scans, merged);
        (ColumnSchema? id, _) = PositionColumns.FindId([.. columns.Where(IsId)], null);
        string? fault = id is not null ? FaultOf(merged[id.Name], scans) : null;
        bool areObjects = scans.All(scan => scan.Layout is not Hdf5Layout.Table);
        if (id is null)
            fault = areObjects ? Duplicate(scans) : "no column looks like an id";
        if (fault is null)
        {
            findings.Add(id is null ? "the names of the groups or files are the ids (object_id)" : $"the column '{id.Name}' is the id");
            return id is null ? new(IdOrigin.Name, null) : new(IdOrigin.Column, id.Name);
        }
        findings.Add($"{fault}; the ids (object_id) are '<file>#<row>'{(areObjects ? ", or '<file>#<group>'" : "")}. Set "
            + "PositionOptions.IdColumn to choose a column");
        return new(IdOrigin.Place, null);
    }

    private static IdChoice Named(string name, IReadOnlyList<FileScan> scans, IReadOnlyDictionary<string, MergedColumn> merged)
    {
        if (!merged.TryGetValue(name, out MergedColumn? column))
            throw SchemaMismatchException.Unknown("the files", name, merged.Keys, "Correct PositionOptions.IdColumn");
        FileScan? without = scans.FirstOrDefault(scan => !scan.Columns.TryGetValue(name, out MergedColumn? own) || own.Usable < own.Count);
        return without is null && column.Shape.IsEmpty ? new(IdOrigin.Column, name)
            : throw new SchemaMismatchException(without?.File.Path ?? "the files", name,
                column.Shape.IsEmpty ? "the column of ids is missing or unreadable in this file" : "ids must be scalars",
                "Set PositionOptions.IdColumn to another column, or to row")
            { IsOfCaller = true };
    }

    private static bool IsId(ColumnSchema column) => column.IsScalar && column.Categories.IsEmpty
        && (column.DType.IsInteger() || column.DType is DType.String);

    /// <summary>Returns why a guessed column cannot be the id; null if it can.</summary>
    private static string? FaultOf(MergedColumn column, IReadOnlyList<FileScan> scans)
    {
        string name = column.Name;
        foreach (FileScan scan in scans)
        {
            if (scan.RowCount > 0 && scan.IdColumn != name)
                return $"the column '{name}' looks like the id, but '{scan.File.Path}' does not have it in all rows";
            if (scan.HasMissingIds)
                return $"the column '{name}' looks like the id, but is empty in a row of '{scan.File.Path}'";
        }
        if (column.Conflicts.FirstOrDefault() is { } conflict)
            return $"the column '{name}' looks like the id, but differs between files: {conflict}";
        return Duplicate(scans) is { } fault ? $"the column '{name}' looks like the id, but {fault}" : null;
    }

    private static string? Duplicate(IReadOnlyList<FileScan> scans)
    {
        long count = scans.Sum(scan => (long)scan.IdHashes.Count);
        if (count > MaxCompared)
            return null; // the writer compares them
        long[] all = new long[count];
        int next = 0;
        foreach (FileScan scan in scans)
            foreach (long hash in scan.IdHashes)
                all[next++] = hash;
        Array.Sort(all);
        for (int i = 1; i < all.Length; i++)
            if (all[i] == all[i - 1])
            {
                FileScan first = scans.First(scan => scan.IdHashes.Contains(all[i]));
                return $"an id occurs twice: in row {IndexOf(first.IdHashes, all[i])} of '{first.File.Path}' and another one";
            }
        return null;
    }

    private static int IndexOf(IReadOnlyList<long> hashes, long hash)
    {
        for (int i = 0; i < hashes.Count; i++)
            if (hashes[i] == hash)
                return i;
        return -1;
    }
}
