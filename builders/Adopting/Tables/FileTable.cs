using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using Pile.Format;
using Pile.Tables;

namespace Pile.Adopting;

/// <summary>The rows of a table in memory, found by the path or id of a file. Thread-safe, except for <see cref="Find"/>.</summary>
internal sealed class FileTable
{
    /// <summary>The maximum size of a list in the index. A column with a longer list is left out.</summary>
    private const int MaxListBytes = 4096;

    private readonly FileTableOptions options;
    private readonly KeyedRows rows;
    private readonly ImmutableArray<(string From, ColumnSchema To)> natives;
    private readonly bool[] isFound;
    private readonly bool hasDots;

    // Several names can be one integer, and files of several folders can have one path: the first file of each row, and all files of the
    // rows with more than one.
    private readonly string?[] fileOf;
    private readonly ConcurrentDictionary<int, ImmutableSortedSet<string>> filesOf = [];

    private FileTable(FileTableOptions options, KeyedRows rows, TablePositions? positions,
        ImmutableArray<(string From, ColumnSchema To)> natives)
    {
        (this.options, this.rows, Positions, this.natives) = (options, rows, positions, natives);
        isFound = new bool[rows.RowCount];
        fileOf = new string?[rows.RowCount];
        hasDots = rows.IsOfText && Enumerable.Range(0, rows.RowCount).Any(row => rows.KeyOf(row).StartsWith("'./",
            StringComparison.Ordinal));
    }

    /// <summary>The table, for messages.</summary>
    internal string Path => options.Path;

    /// <summary>The positions; null if files have none.</summary>
    internal TablePositions? Positions { get; }

    /// <summary>Reads a table completely.</summary>
    /// <exception cref="SchemaMismatchException">There is no such key column, or there are no columns of positions.</exception>
    /// <exception cref="ValueInvalidException">Two rows have the same key, or a position is out of range.</exception>
    internal static async Task<FileTable> ReadAsync(FileTableOptions options, Action<string> onFinding, CancellationToken cancellationToken)
    {
        await using ITableReader table = await TableReader.OpenAsync(options.Path, null, cancellationToken).ConfigureAwait(false);
        if (!table.Columns.Any(c => c.Name == options.Key))
            throw SchemaMismatchException.Unknown(options.Path, options.Key, table.Columns.Select(c => c.Name),
                "Set FileTableOptions.Key to the column with the paths of the files");
        TablePositions? positions = TablePositions.Find(table, options, onFinding);
        HashSet<string> lists = [.. table.Columns.Where(c => c.Shape is [ColumnSchema.Ragged]).Select(c => c.Name)], longLists = [];
        if (positions is not null || lists.Count > 0)
            await foreach (RowBatch batch in table.ReadAsync([.. lists.Union(positions?.Names ?? [])], cancellationToken: cancellationToken)
                .ConfigureAwait(false))
            {
                positions?.Read(batch);
                longLists.UnionWith(lists.Where(name => batch[name] is not TextColumnData && HasLongList(batch[name])));
            }
        positions?.Complete();
        ColumnSchema[] own = [.. table.Columns.Where(c => c.Name != options.Key && positions?.IsReplaced(c) != true)];
        foreach (ColumnSchema heavy in own.Where(IsHeavy))
            onFinding($"{options.Path}: the column '{heavy.Name}' is left out, because the index cannot store its "
                + $"{(heavy.Shape.Length > 1 ? "lists of lists" : string.Create(CultureInfo.InvariantCulture,
                    $"lists of more than {MaxListBytes:N0} bytes"))}. Boxes of pictures can be a field of a layer ('pile layer set').");
        string[] kept = [.. own.Where(c => !IsHeavy(c)).Select(c => c.Name)];
        KeyedRows keyed = await KeyedRows.ReadAsync(table, options.Key, kept, cancellationToken).ConfigureAwait(false);
        return new(options, keyed, positions, NativesOf(options.Path, keyed));

        bool IsHeavy(ColumnSchema column) => column.Shape is [ColumnSchema.Ragged] ? longLists.Contains(column.Name)
            : ColumnSchema.StorageFor(column.DType, column.Shape.AsSpan()) == ColumnStorage.Heavy;
    }

    /// <summary>Returns the row of each file; -1 for files without one.</summary>
    internal int[] Find(TextColumnData ids, TextColumnData paths)
    {
        int[] byId = rows.Find(KeysOf(ids));
        Fill(byId, paths);
        if (hasDots) // as 'find .' writes them
            foreach (TextColumnData texts in (TextColumnData[])[ids, paths])
                Fill(byId, TextColumnData.From(texts.Schema, [.. Enumerable.Range(0, texts.RowCount).Select(i => $"./{texts.Text(i)}")]));
        for (int i = 0; i < byId.Length; i++)
        {
            if (byId[i] < 0)
                continue;
            Volatile.Write(ref isFound[byId[i]], true);
            Note(byId[i], ids.Text(i));
        }
        return byId;
    }

    private void Note(int row, string file)
    {
        if (Interlocked.CompareExchange(ref fileOf[row], file, null) is { } other && other != file)
            filesOf.AddOrUpdate(row, _ => ImmutableSortedSet.Create(StringComparer.Ordinal, other, file), (_, files) => files.Add(file));
    }

    /// <summary>Requires that each row has at most one file. Called once all files were found.</summary>
    /// <exception cref="ValueInvalidException">The names of two files are the same integer, such as <c>1</c> and <c>01</c>, or two files
    /// have the same path in their folders or archives.</exception>
    internal void RequireOneFilePerRow()
    {
        if (filesOf.IsEmpty)
            return;
        int row = filesOf.Keys.Min();
        ImmutableSortedSet<string> files = filesOf[row];
        string same = string.Create(CultureInfo.InvariantCulture, $"{files.Count} files have"),
            named = $"such as '{files[0]}' and '{files[1]}'";
        throw rows.IsOfText
            ? new ValueInvalidException(Path, row, options.Key, rows.KeyOf(row),
                $"the key of one file: {same} it as their path or id, {named}",
                "Use the ids of the files as keys, with one row for each of these files")
            : new ValueInvalidException(Path, row, options.Key, rows.KeyOf(row),
                $"the key of one file: it is an integer, which {same} as their name, {named}",
                "Rename the files, or store the keys as text, as the files are named, for example in JSON Lines or Parquet");
    }

    /// <summary>Requires that a row has a file. Called once all files were found.</summary>
    /// <param name="file">The id of a file without a row, as an example.</param>
    /// <exception cref="SchemaMismatchException">No row has a file.</exception>
    internal void RequireFiles(string? file)
    {
        if (rows.RowCount > 0 && file is not null && !Array.Exists(isFound, found => found))
            throw new SchemaMismatchException(Path, options.Key, $"no value is the path or id of a file: the first one is "
                + $"{rows.KeyOf(0)}, and files have ids such as '{file}'",
                "Write the ids of the files to the column, or set FileTableOptions.Key to another one");
    }

    private void Fill(int[] found, TextColumnData texts)
    {
        if (!found.Contains(-1))
            return;
        int[] more = rows.Find(KeysOf(texts));
        for (int i = 0; i < found.Length; i++)
            found[i] = found[i] < 0 ? more[i] : found[i];
    }

    /// <summary>The number of rows.</summary>
    internal int RowCount => rows.RowCount;

    /// <summary>The column of the keys, with the key of the first row as an example.</summary>
    internal string KeyExample => $"'{options.Key}'{(rows.RowCount == 0 ? "" : $", such as {rows.KeyOf(0)}")}";

    /// <summary>Returns the columns of some rows; null in row -1.</summary>
    /// <exception cref="SchemaMismatchException">A column has the name of a column of the files.</exception>
    internal IEnumerable<ColumnData> Take(int[] found, IReadOnlySet<string> used)
    {
        foreach ((string from, ColumnSchema to) in natives)
            yield return !used.Contains(to.Name) ? rows.Take(from, found).WithSchema(to)
                : throw new SchemaMismatchException(Path, from, "files have this ending, too, and are a column of this name",
                    "Rename the column of the table")
                { IsOfCaller = true };
    }

    /// <summary>Returns the finding of rows without a file; null if every row has one.</summary>
    internal string? FindUnused()
    {
        int count = isFound.Count(found => !found);
        return count == 0 ? null : string.Create(CultureInfo.InvariantCulture,
            $"{Path}: {count} {(count == 1 ? "row has" : "rows have")} no file; the first is row {Array.IndexOf(isFound, false)} "
                + $"with the key {rows.KeyOf(Array.IndexOf(isFound, false))}.");
    }

    // A column of digits is read as integers: its zeros at the beginning, which file names may have, are gone. Two files whose names differ
    // by them alone are an error.
    private ColumnData KeysOf(TextColumnData texts)
    {
        if (rows.IsOfText)
            return texts;
        ulong[] numbers = new ulong[texts.RowCount];
        bool[] isNull = new bool[texts.RowCount];
        for (int row = 0; row < numbers.Length; row++)
            isNull[row] = !ulong.TryParse(texts.Element(row), NumberStyles.None, CultureInfo.InvariantCulture, out numbers[row]);
        return new ColumnData<ulong>(new() { Name = options.Key, DType = DType.UInt64, Nullable = true }, numbers, numbers.Length, isNull);
    }

    private static ImmutableArray<(string From, ColumnSchema To)> NativesOf(string path, KeyedRows keyed)
    {
        Dictionary<string, string> from = new(StringComparer.Ordinal);
        List<(string, ColumnSchema)> columns = [];
        foreach (ColumnSchema column in keyed.Columns)
        {
            bool isList = column.Shape is [ColumnSchema.Ragged];
            ColumnSchema native = FileColumns.NativeOf(column) with { IsList = isList };
            if (!from.TryAdd(native.Name, column.Name))
                throw new SchemaMismatchException(path, column.Name,
                    $"the columns '{from[native.Name]}' and '{column.Name}' would both be named '{native.Name}'", "Rename one of them");
            columns.Add((column.Name, isList && native.Name == column.Name ? native : native with { Nested = null }));
        }
        return [.. columns];
    }

    private static bool HasLongList(ColumnData lists)
    {
        for (int row = 0; row < lists.RowCount; row++)
            if (!lists.IsNullAt(row) && lists.RowBytes(row).Length > MaxListBytes)
                return true;
        return false;
    }
}
