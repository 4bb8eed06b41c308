using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pile.Parquet;

/// <summary>Restores numbers of which all first bytes are stored, then all second bytes, and so on.</summary>
/// <param name="split">The bytes of all numbers.</param>
/// <param name="width">The bytes of a number.</param>
/// <param name="numbers">Receives the numbers; as long as <paramref name="split"/>.</param>
internal delegate void ByteMerger(ReadOnlySpan<byte> split, int width, Span<byte> numbers);

/// <summary>Decodes the pages of flat columns of numbers, from untrusted bytes, in the encodings that DuckDB writes: plain, dictionaries,
/// differences of integers, and floats with their bytes split. Not thread-safe; reuse it, because it keeps its buffers.</summary>
internal sealed class NumberPages(PageDecompressor decompress, ByteMerger merge)
{
    private const int DataPage = 0, DictionaryPage = 2, Plain = 0, PlainDictionary = 2, Runs = 3, Deltas = 5, RunsOfDictionary = 8,
        SplitBytes = 9, Uncompressed = 0, Zstd = 6, MaxPageBytes = 1 << 28, AnnotatedInt32 = 17, AnnotatedInt64 = 18;

    private byte[] raw = [], dictionary = [], present = [];
    private int[] levels = [], entries = [];

    /// <summary>True if a column can hold values of a type.</summary>
    internal static bool CanRead(EncodedColumn column, ParquetType type, ParquetInteger integer) =>
        column is { IsFlat: true, MaxRepetition: 0, MaxDefinition: 0 or 1 } && column.Type == (int)type
            && type is ParquetType.Int32 or ParquetType.Int64 or ParquetType.Float or ParquetType.Double
            && (column.ConvertedType == (int)integer || (integer == ParquetInteger.AsStored
                && column.ConvertedType == (type == ParquetType.Int32 ? AnnotatedInt32 : AnnotatedInt64)));

    /// <summary>Decodes a column chunk.</summary>
    /// <typeparam name="T">The type of the values; as wide as stored, or a narrower integer.</typeparam>
    /// <param name="column">The column.</param>
    /// <param name="chunk">Where and how it is stored.</param>
    /// <param name="stored">The bytes of the chunk.</param>
    /// <param name="values">Receives a value for each row of the row group; the default where one is missing.</param>
    /// <param name="isMissing">Receives true for each missing value, and is not changed for others; empty if no value may be
    /// missing.</param>
    /// <param name="path">The file, for messages.</param>
    /// <exception cref="PlainParquetException">The chunk is corrupt, has another form, or misses a value that it must have.</exception>
    internal void Read<T>(EncodedColumn column, EncodedChunk chunk, ReadOnlySpan<byte> stored, Span<T> values, Span<bool> isMissing,
        string path) where T : unmanaged
    {
        int width = column.Type is (int)ParquetType.Int32 or (int)ParquetType.Float ? sizeof(int) : sizeof(long), dictionaryBytes = 0;
        if (chunk.Codec is not (Uncompressed or Zstd) || chunk.Values != values.Length)
            throw Other("compression or number of values of a column", path);
        while (!values.IsEmpty)
        {
            PageHead head = PageHead.Read(stored, path);
            if (head.StoredBytes < 0 || head.StoredBytes > stored.Length - head.Length || head.RawBytes is < 0 or > MaxPageBytes
                || head.Values < 0)
                throw Other("page", path);
            ReadOnlySpan<byte> page = Raw(stored.Slice(head.Length, head.StoredBytes), head.RawBytes, chunk.Codec, path);
            stored = stored[(head.Length + head.StoredBytes)..];
            if (head is { Type: DictionaryPage, Encoding: Plain or PlainDictionary } && head.Values <= head.RawBytes / width)
            {
                dictionaryBytes = head.Values * width;
                page[..dictionaryBytes].CopyTo(Grown(ref dictionary, dictionaryBytes));
            }
            else if (head is { Type: DataPage, LevelEncoding: Runs } && head.Values <= values.Length)
            {
                Span<bool> missing = isMissing.IsEmpty ? [] : isMissing[..head.Values];
                ReadData(column, page, head, dictionary.AsSpan(0, dictionaryBytes), width, values[..head.Values], missing, path);
                values = values[head.Values..];
                isMissing = isMissing.IsEmpty ? [] : isMissing[head.Values..];
            }
            else
                throw Other("page", path);
        }
    }

    // The bytes of a page, followed by padding.
    private Span<byte> Raw(ReadOnlySpan<byte> stored, int rawBytes, int codec, string path)
    {
        Span<byte> page = Grown(ref raw, rawBytes + DeltaIntegers.Padding)[..rawBytes];
        if (codec == Zstd)
            decompress(stored, page);
        else if (stored.Length == rawBytes)
            stored.CopyTo(page);
        else
            throw Other("page", path);
        return raw.AsSpan(0, rawBytes + DeltaIntegers.Padding);
    }

    private void ReadData<T>(EncodedColumn column, ReadOnlySpan<byte> page, PageHead head, ReadOnlySpan<byte> ofDictionary, int width,
        Span<T> values, Span<bool> isMissing, string path) where T : unmanaged
    {
        ReadOnlySpan<int> definitions = column.MaxDefinition == 0 ? [] : ReadLevels(ref page, values.Length, path);
        int count = definitions.IsEmpty ? values.Length : definitions.Count(1);
        bool isDirect = count == values.Length && Unsafe.SizeOf<T>() == width;
        Span<byte> numbers = isDirect ? MemoryMarshal.AsBytes(values) : Grown(ref present, count * width)[..(count * width)];
        Decode(head.Encoding, page, ofDictionary, width, numbers, path);
        if (isDirect)
            return;
        if (count < values.Length && isMissing.IsEmpty)
            throw new PlainParquetException(path, "a value is missing");
        for (int row = 0, next = 0; row < values.Length; row++)
            if (count == values.Length || definitions[row] == 1)
                values[row] = MemoryMarshal.Read<T>(numbers[(width * next++)..]); // the low bytes of an integer that is narrower
            else
                (values[row], isMissing[row]) = (default, true);
    }

    private void Decode(int encoding, ReadOnlySpan<byte> page, ReadOnlySpan<byte> ofDictionary, int width, Span<byte> numbers, string path)
    {
        int bytes = page.Length - DeltaIntegers.Padding, count = numbers.Length / width;
        switch (encoding)
        {
            case Plain when bytes >= numbers.Length:
                page[..numbers.Length].CopyTo(numbers);
                break;
            case SplitBytes when bytes == numbers.Length:
                merge(page[..bytes], width, numbers);
                break;
            case Deltas when width == sizeof(int):
                DeltaIntegers.Read(page, MemoryMarshal.Cast<byte, int>(numbers), path);
                break;
            case Deltas:
                DeltaIntegers.Read(page, MemoryMarshal.Cast<byte, long>(numbers), path);
                break;
            case PlainDictionary or RunsOfDictionary when bytes > 0 || count == 0:
                Span<int> found = Grown(ref entries, count)[..count];
                if (count > 0)
                    HybridRuns.Read(page[1..bytes], page[0], found, path);
                if (width == sizeof(int))
                    LookUp(MemoryMarshal.Cast<byte, int>(ofDictionary), found, MemoryMarshal.Cast<byte, int>(numbers), path);
                else
                    LookUp(MemoryMarshal.Cast<byte, long>(ofDictionary), found, MemoryMarshal.Cast<byte, long>(numbers), path);
                break;
            default:
                throw Other("encoding", path);
        }
    }

    private static void LookUp<T>(ReadOnlySpan<T> ofDictionary, ReadOnlySpan<int> entries, Span<T> values, string path)
    {
        for (int i = 0; i < values.Length; i++)
            values[i] = (uint)entries[i] < (uint)ofDictionary.Length ? ofDictionary[entries[i]] : throw Other("dictionary", path);
    }

    private ReadOnlySpan<int> ReadLevels(ref ReadOnlySpan<byte> page, int count, string path)
    {
        int bytes = page.Length - DeltaIntegers.Padding, length = bytes < sizeof(int) ? -1 : BinaryPrimitives.ReadInt32LittleEndian(page);
        if (length < 0 || length > bytes - sizeof(int))
            throw Other("levels", path);
        Span<int> read = Grown(ref levels, count)[..count];
        HybridRuns.Read(page.Slice(sizeof(int), length), 1, read, path);
        page = page[(sizeof(int) + length)..];
        return read;
    }

    private static Span<T> Grown<T>(ref T[] buffer, int length) =>
        buffer = buffer.Length >= length ? buffer : GC.AllocateUninitializedArray<T>(length + (length / 4));

    private static PlainParquetException Other(string what, string path) => new(path, $"the {what} is corrupt or has another form");
}
