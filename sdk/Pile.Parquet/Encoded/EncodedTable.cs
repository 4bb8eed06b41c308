using System.Buffers.Binary;

namespace Pile.Parquet;

/// <summary>A small Parquet table in memory, as DuckDB writes one: optional columns of texts and integers and lists of integers, plain or
/// with dictionaries, without compression or with zstd.</summary>
/// <remarks>Loading DuckDB takes thirty times as long as reading such a table. All other tables are DuckDB's to read.</remarks>
internal sealed class EncodedTable
{
    private const int MaxRows = 1 << 24;

    private readonly EncodedFooter footer;
    private readonly EncodedPages pages;
    private readonly string path;

    private EncodedTable(EncodedFooter footer, EncodedPages pages, string path)
    {
        (this.footer, this.pages, this.path) = (footer, pages, path);
        RowCount = footer.Groups.Sum(g => (long)g.Rows) is <= MaxRows and var rows ? (int)rows
            : throw new PlainParquetException(path, $"more than {MaxRows} rows");
    }

    /// <summary>The number of rows.</summary>
    internal int RowCount { get; }

    /// <summary>Opens a table.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="path">The file, for messages.</param>
    /// <param name="decompress">Decompresses zstd.</param>
    /// <exception cref="PlainParquetException">It is not a Parquet file, or has another form than this class reads. Columns throw it
    /// too.</exception>
    internal static EncodedTable Open(byte[] bytes, string path, PageDecompressor decompress)
    {
        const int TailBytes = 8;
        if (bytes.Length < sizeof(int) + TailBytes || !bytes.AsSpan(0, sizeof(int)).SequenceEqual("PAR1"u8)
            || !bytes.AsSpan(^sizeof(int)..).SequenceEqual("PAR1"u8))
            throw new PlainParquetException(path, "not a complete Parquet file");
        int length = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(^TailBytes..));
        if (length < 0 || length > bytes.Length - TailBytes - sizeof(int))
            throw new PlainParquetException(path, "the footer is longer than the file");
        return new EncodedTable(EncodedFooter.Read(bytes.AsSpan(bytes.Length - TailBytes - length, length), path),
            new EncodedPages(bytes, path, decompress), path);
    }

    /// <summary>Returns the value of a key in the file's metadata; null without the key.</summary>
    internal string? Metadata(string key) => footer.Metadata.GetValueOrDefault(key);

    /// <summary>Returns true if there is a column.</summary>
    internal bool Has(string name) => Array.Exists(footer.Columns, c => c.Name == name);

    /// <summary>Reads a column of texts; null where one is missing.</summary>
    internal string?[] Texts(string name)
    {
        (EncodedColumn column, EncodedValues values) = Read(name, isList: false);
        return column.Type == (int)ParquetType.Text ? values.Spread<string?>(RowCount, values.Texts, column.MaxDefinition)
            : throw Other(name);
    }

    /// <summary>Reads a column of integers; null where one is missing.</summary>
    internal long?[] Integers(string name)
    {
        (EncodedColumn column, EncodedValues values) = Read(name, isList: false);
        return column.Type is (int)ParquetType.Int32 or (int)ParquetType.Int64
            ? values.Spread(RowCount, values.Numbers.ConvertAll<long?>(n => n), column.MaxDefinition) : throw Other(name);
    }

    /// <summary>Reads a column of lists of 32-bit integers, without missing elements; null where a list is missing.</summary>
    internal uint[]?[] Lists(string name)
    {
        (EncodedColumn column, EncodedValues values) = Read(name, isList: true);
        return column is { Type: (int)ParquetType.Int32, MaxDefinition: 3 } ? values.Lists(RowCount, path) : throw Other(name);
    }

    private (EncodedColumn Column, EncodedValues Values) Read(string name, bool isList)
    {
        int at = Array.FindIndex(footer.Columns, c => c.Name == name);
        if (at < 0 || footer.Columns[at] is not { } column || column.MaxRepetition != (isList ? 1 : 0)
            || Array.FindLastIndex(footer.Columns, c => c.Name == name) != at)
            throw Other(name);
        EncodedValues values = new();
        foreach (EncodedGroup group in footer.Groups)
            pages.Read(column, group.Chunks[at], values);
        return isList || values.Definitions.Count == RowCount ? (column, values)
            : throw new PlainParquetException(path, $"column '{name}' has {values.Definitions.Count} values; expected {RowCount}");
    }

    private PlainParquetException Other(string name) => new(path, $"column '{name}' is missing, or has another type");
}
