using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using System.Text;
using Pile.Format;

namespace Pile.Tables;

/// <summary>The rows of a table in memory, found by a key: integers, or text without trailing blanks.</summary>
internal sealed class KeyedRows
{
    private readonly Dictionary<Int128, int>? ofInteger;
    private readonly Dictionary<string, int>? ofText;
    private readonly ImmutableArray<ColumnData> columns;
    private readonly ColumnData keys;
    private readonly Int128[] integers;

    private KeyedRows(string path, string key, RowBatch rows)
    {
        (Path, Key, columns) = (path, key, [.. rows.Columns.Where(c => c.Schema.Name != key)]);
        keys = rows[key] is TextColumnData written ? ObjectIdColumn.Of(written) : rows[key];
        integers = Integers(keys);
        (ofInteger, ofText) = keys is TextColumnData ? ((Dictionary<Int128, int>?)null, new Dictionary<string, int>(StringComparer.Ordinal))
            : (new Dictionary<Int128, int>(keys.RowCount), null);
        for (int row = 0; row < keys.RowCount; row++)
            if (!keys.IsNullAt(row) && !(keys is TextColumnData t ? ofText!.TryAdd(t.Text(row), row)
                : ofInteger!.TryAdd(integers[row], row)))
                throw new ValueInvalidException(path, row, key, KeyOf(row), $"a key that no other row has; row {RowOf(row)} "
                    + "has the same", "Remove one of the rows, or choose another key");
    }

    /// <summary>The path of the table.</summary>
    internal string Path { get; }

    /// <summary>The column of the keys.</summary>
    internal string Key { get; }

    /// <summary>True if the keys are text.</summary>
    internal bool IsOfText => ofText is not null;

    /// <summary>The number of rows.</summary>
    internal int RowCount => keys.RowCount;

    /// <summary>The columns without the key; any of them may be null.</summary>
    internal IEnumerable<ColumnSchema> Columns => columns.Select(c => c.Schema with { Nullable = true });

    /// <summary>Reads a table completely.</summary>
    /// <param name="table">The table.</param>
    /// <param name="key">The column of the keys.</param>
    /// <param name="names">The other columns to read.</param>
    /// <param name="cancellationToken">Cancels the reading between two batches.</param>
    /// <exception cref="SchemaMismatchException">There is no such column, or it has neither integers nor text.</exception>
    /// <exception cref="ValueInvalidException">Two rows have the same key.</exception>
    internal static async Task<KeyedRows> ReadAsync(ITableReader table, string key, IEnumerable<string> names,
        CancellationToken cancellationToken)
    {
        RequireKey(table, key);
        string[] read = [key, .. names.Where(name => name != key)];
        List<RowBatch> batches = [];
        await foreach (RowBatch batch in table.ReadAsync(read, cancellationToken: cancellationToken).ConfigureAwait(false))
            batches.Add(batch);
        if (batches.Count == 0)
            batches.Add(EmptyBatch.Of(read.Select(name => table.Columns.First(c => c.Name == name))));
        return new(table.Path, key, new RowBatch(read.Select(name => ColumnData.Concat([.. batches.Select(b => b[name])]))));
    }

    /// <summary>Requires that a table has a column of keys.</summary>
    /// <exception cref="SchemaMismatchException">There is no such column, or it has neither integers nor text.</exception>
    internal static void RequireKey(ITableReader table, string key)
    {
        if (table.Columns.FirstOrDefault(c => c.Name == key) is not { } column)
            throw new SchemaMismatchException(table.Path, key,
                $"there is no such column to join on. {SimilarNames.Hint(key, table.Columns.Select(c => c.Name))}", "Correct 'on'")
            { IsOfCaller = true };
        if (!column.IsScalar || !(column.DType is DType.String || column.DType.IsInteger()))
            throw new SchemaMismatchException(table.Path, key, $"expected integers or text to join on, found "
                + $"{(column.IsScalar ? "" : "lists of ")}{column.DType.Name()}", "Choose another column, or cast it")
            { IsOfCaller = true };
    }

    /// <summary>Returns the row of each key; -1 for keys that the table does not have, and for missing keys.</summary>
    internal int[] Find(ColumnData keys)
    {
        int[] rows = new int[keys.RowCount];
        Array.Fill(rows, -1);
        if (RowCount == 0) // a column of keys without values has no type of its own
            return rows;
        TextColumnData? written = keys is TextColumnData ? (TextColumnData)ObjectIdColumn.Of(keys) : null;
        Int128[] numbers = Integers(keys);
        char[] buffer = new char[256];
        Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> texts =
            ofText is null ? default : ofText.GetAlternateLookup<ReadOnlySpan<char>>();
        for (int row = 0; row < rows.Length; row++)
        {
            int found;
            if (keys.IsNullAt(row))
                continue;
            if (written is { } text)
            {
                ReadOnlySpan<byte> utf8 = text.Element(row);
                if (utf8.Length > buffer.Length)
                    buffer = new char[utf8.Length];
                if (texts.TryGetValue(buffer.AsSpan(0, Encoding.UTF8.GetChars(utf8, buffer)), out found))
                    rows[row] = found;
            }
            else if (ofInteger!.TryGetValue(numbers[row], out found))
                rows[row] = found;
        }
        return rows;
    }

    /// <summary>Returns the values of a column in some rows; null in row -1.</summary>
    internal ColumnData Take(string name, int[] rows)
    {
        ColumnData column = columns.First(c => c.Schema.Name == name);
        return column.Take(rows, column.Schema with { Nullable = true });
    }

    /// <summary>Returns the key of a row as text for messages, in quotes if it is text.</summary>
    internal string KeyOf(int row) => keys.IsNullAt(row) ? "null" : keys is TextColumnData text ? $"'{text.Text(row)}'"
        : integers[row].ToString(CultureInfo.InvariantCulture);

    private int RowOf(int row) => keys is TextColumnData text ? ofText![text.Text(row)] : ofInteger![integers[row]];

    /// <summary>Returns the integers of a column of any integer type; nothing for text.</summary>
    private static Int128[] Integers(ColumnData column) => column switch
    {
        ColumnData<sbyte> c => Wide(c),
        ColumnData<byte> c => Wide(c),
        ColumnData<short> c => Wide(c),
        ColumnData<ushort> c => Wide(c),
        ColumnData<int> c => Wide(c),
        ColumnData<uint> c => Wide(c),
        ColumnData<long> c => Wide(c),
        ColumnData<ulong> c => Wide(c),
        _ => [],
    };

    private static Int128[] Wide<T>(ColumnData<T> column) where T : unmanaged, IBinaryInteger<T>
    {
        ReadOnlySpan<T> values = column.Values.Span;
        Int128[] wide = new Int128[values.Length];
        for (int i = 0; i < wide.Length; i++)
            wide[i] = Int128.CreateChecked(values[i]);
        return wide;
    }
}
