using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Pile.Parquet;

/// <summary>Decompresses a page.</summary>
/// <param name="stored">The bytes of the page, compressed with zstd.</param>
/// <param name="raw">Receives exactly the bytes before compression.</param>
internal delegate void PageDecompressor(ReadOnlySpan<byte> stored, Span<byte> raw);

/// <summary>Reads the pages of columns of an <see cref="EncodedTable"/>, from untrusted bytes.</summary>
internal sealed class EncodedPages(byte[] bytes, string path, PageDecompressor decompress)
{
    private const int DataPage = 0, DictionaryPage = 2, Plain = 0, PlainDictionary = 2, Runs = 3, RunsOfDictionary = 8, Uncompressed = 0,
        Zstd = 6, MaxPageBytes = 1 << 28, MaxValues = 1 << 24;

    /// <summary>Appends the values of a chunk.</summary>
    /// <exception cref="PlainParquetException">A page is corrupt or has another form.</exception>
    internal void Read(EncodedColumn column, EncodedChunk chunk, EncodedValues values)
    {
        if (chunk.Codec is not (Uncompressed or Zstd) || chunk.Values < 0 || chunk.Values > MaxValues - values.Definitions.Count
            || chunk.Offset < 0 || chunk.Bytes < 0 || chunk.Offset > bytes.Length - chunk.Bytes)
            throw Other("compression, number of values or place of a column");
        ReadOnlySpan<byte> rest = bytes.AsSpan((int)chunk.Offset, (int)chunk.Bytes);
        Dictionary dictionary = new([], []);
        for (int left = (int)chunk.Values; left > 0;)
        {
            PageHead head = PageHead.Read(rest, path);
            if (head.StoredBytes < 0 || head.StoredBytes > rest.Length - head.Length || head.RawBytes is < 0 or > MaxPageBytes
                || head.Values < 0)
                throw Other("page");
            byte[] page = Raw(rest.Slice(head.Length, head.StoredBytes), head.RawBytes, chunk.Codec);
            rest = rest[(head.Length + head.StoredBytes)..];
            if (head is { Type: DictionaryPage, Encoding: Plain or PlainDictionary })
                dictionary = ReadPlain(column.Type, page, head.Values);
            else if (head is { Type: DataPage, LevelEncoding: Runs } && head.Values <= left)
            {
                ReadData(column, page, head, dictionary, values);
                left -= head.Values;
            }
            else
                throw Other("page");
        }
    }

    private byte[] Raw(ReadOnlySpan<byte> stored, int rawBytes, int codec)
    {
        byte[] raw = new byte[rawBytes];
        if (codec == Zstd)
            decompress(stored, raw);
        else if (stored.Length == rawBytes)
            stored.CopyTo(raw);
        else
            throw Other("page");
        return raw;
    }

    // Levels of lists, levels of presence, then values.
    private void ReadData(EncodedColumn column, ReadOnlySpan<byte> page, PageHead head, Dictionary dictionary, EncodedValues values)
    {
        int[] repetitions = ReadLevels(ref page, column.MaxRepetition, head.Values),
            definitions = ReadLevels(ref page, column.MaxDefinition, head.Values);
        values.Repetitions.AddRange(repetitions);
        values.Definitions.AddRange(definitions);
        int present = definitions.AsSpan().Count(column.MaxDefinition);
        Dictionary found;
        if (head.Encoding == Plain)
            found = ReadPlain(column.Type, page, present);
        else if (head.Encoding is PlainDictionary or RunsOfDictionary && (present == 0 || page.Length > 0))
        {
            int[] entries = new int[present];
            if (present > 0)
                HybridRuns.Read(page[1..], page[0], entries, path);
            found = dictionary.Of(entries) ?? throw Other("dictionary");
        }
        else
            throw Other("encoding");
        values.Texts.AddRange(found.Texts);
        values.Numbers.AddRange(found.Numbers);
    }

    private int[] ReadLevels(ref ReadOnlySpan<byte> page, int max, int count)
    {
        int[] levels = new int[count];
        if (max == 0)
            return levels;
        int length = page.Length < sizeof(int) ? -1 : BinaryPrimitives.ReadInt32LittleEndian(page);
        if (length < 0 || length > page.Length - sizeof(int))
            throw Other("levels");
        HybridRuns.Read(page.Slice(sizeof(int), length), BitOperations.Log2((uint)max) + 1, levels, path);
        page = page[(sizeof(int) + length)..];
        return levels;
    }

    private Dictionary ReadPlain(int type, ReadOnlySpan<byte> page, int count)
    {
        int width = type switch
        {
            (int)ParquetType.Int32 => sizeof(int),
            (int)ParquetType.Int64 => sizeof(long),
            (int)ParquetType.Text => 0,
            _ => throw Other("type"),
        };
        if ((long)count * Math.Max(width, sizeof(int)) > page.Length)
            throw Other("number of values");
        string[] texts = new string[width == 0 ? count : 0];
        long[] numbers = new long[width == 0 ? 0 : count];
        for (int i = 0; i < numbers.Length; i++)
            numbers[i] = width == sizeof(int) ? BinaryPrimitives.ReadInt32LittleEndian(page[(i * width)..])
                : BinaryPrimitives.ReadInt64LittleEndian(page[(i * width)..]);
        for (int i = 0; i < texts.Length; i++)
        {
            int length = page.Length < sizeof(int) ? -1 : BinaryPrimitives.ReadInt32LittleEndian(page);
            if (length < 0 || length > page.Length - sizeof(int))
                throw Other("text");
            texts[i] = Encoding.UTF8.GetString(page.Slice(sizeof(int), length));
            page = page[(sizeof(int) + length)..];
        }
        return new Dictionary(texts, numbers);
    }

    private PlainParquetException Other(string what) => new(path, $"the {what} is corrupt or has another form");

    // Texts or numbers: those of a dictionary, or of a page.
    private sealed record Dictionary(string[] Texts, long[] Numbers)
    {
        internal Dictionary? Of(int[] entries) => Array.Exists(entries, e => e >= Math.Max(Texts.Length, Numbers.Length)) ? null
            : Numbers.Length > 0 ? new([], Array.ConvertAll(entries, e => Numbers[e])) : new(Array.ConvertAll(entries, e => Texts[e]), []);
    }
}
