using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Pile.Sky;

namespace Pile.Review;

/// <summary>A sky map of a HATS catalogue: row counts in FITS format, for every pixel (IMPLICIT) or for those with rows
/// (EXPLICIT).</summary>
/// <param name="Order">HEALPix order.</param>
/// <param name="Total">The sum of all counts.</param>
internal readonly record struct HatsSkyMap(int Order, long Total)
{
    private const int BlockBytes = 2880, CardBytes = 80, MaxHeaderBlocks = 100;

    /// <summary>The order of the largest supported map: 1.6 GB.</summary>
    private const int MaxOrder = 12;

    /// <summary>Reads a map.</summary>
    /// <exception cref="FormatException">The file is not a sky map as HATS writes it.</exception>
    internal static HatsSkyMap Read(string path)
    {
        using FileStream file = File.OpenRead(path);
        (int order, int rows, int rowBytes, _) = ReadHeaders(file);
        long sum = 0;
        ReadCounts(file, rows, rowBytes, (_, count) => sum += count);
        return new HatsSkyMap(order, sum);
    }

    /// <summary>Reads the counts of all pixels of a map.</summary>
    /// <exception cref="FormatException">The file is not a sky map with a row for every pixel.</exception>
    internal static long[] ReadPixels(string path)
    {
        using FileStream file = File.OpenRead(path);
        (_, int rows, int rowBytes, bool isExplicit) = ReadHeaders(file);
        if (isExplicit)
            throw new FormatException("expected INDXSCHM to be IMPLICIT, found EXPLICIT");
        long[] counts = new long[rows];
        ReadCounts(file, rows, rowBytes, (pixel, count) => counts[pixel] = count);
        return counts;
    }

    private static (int Order, int Rows, int RowBytes, bool IsExplicit) ReadHeaders(FileStream file)
    {
        Dictionary<string, string> primary = ReadHeader(file), table = ReadHeader(file);
        Require(primary, "NAXIS", "0");
        foreach ((string key, string value) in (ReadOnlySpan<(string, string)>)[("XTENSION", "BINTABLE"), ("PIXTYPE", "HEALPIX"),
            ("ORDERING", "NESTED")])
            Require(table, key, value);
        if (!long.TryParse(table.GetValueOrDefault("NSIDE"), out long nside) || nside < 1 || !long.IsPow2(nside) || nside > 1L << MaxOrder)
            throw new FormatException($"expected NSIDE to be a power of two up to {1 << MaxOrder}, found "
                + $"{table.GetValueOrDefault("NSIDE")}");
        int order = long.Log2(nside) is var log ? (int)log : 0;
        bool isExplicit = table.GetValueOrDefault("INDXSCHM") == "EXPLICIT";
        int rowBytes = Number(table, "NAXIS1"), rows = Number(table, "NAXIS2");
        string counts = table.GetValueOrDefault($"TFORM{(isExplicit ? 2 : 1)}") ?? "";
        if (counts is not ("K" or "1K") || rowBytes != (isExplicit ? 2 : 1) * sizeof(long))
            throw new FormatException($"expected one column of int64 ('K'), found '{counts}' in rows of {rowBytes} bytes");
        if (!isExplicit && rows != Healpix.PixelCount(order))
            throw new FormatException($"expected {Healpix.PixelCount(order)} pixels of order {order}, found {rows}");
        return (order, rows, rowBytes, isExplicit);
    }

    private static void ReadCounts(FileStream file, int rows, int rowBytes, Action<int, long> take)
    {
        byte[] buffer = new byte[rowBytes * 4096];
        for (int left = rows; left > 0;)
        {
            Span<byte> some = buffer.AsSpan(0, Math.Min(left, 4096) * rowBytes);
            if (file.ReadAtLeast(some, some.Length, throwOnEndOfStream: false) < some.Length)
                throw new FormatException($"expected {rows} pixels, found the end of the file {left} before");
            for (int row = 0; row < some.Length / rowBytes; row++)
                take(rows - left + row, BinaryPrimitives.ReadInt64BigEndian(some[(((row + 1) * rowBytes) - sizeof(long))..]));
            left -= some.Length / rowBytes;
        }
    }

    private static Dictionary<string, string> ReadHeader(FileStream file)
    {
        Dictionary<string, string> cards = new(StringComparer.Ordinal);
        byte[] block = new byte[BlockBytes];
        for (int blocks = 0; blocks < MaxHeaderBlocks; blocks++)
        {
            if (file.ReadAtLeast(block, BlockBytes, throwOnEndOfStream: false) < BlockBytes)
                throw new FormatException("expected a FITS file of two HDUs, found its end");
            for (int at = 0; at < BlockBytes; at += CardBytes)
            {
                string card = Encoding.ASCII.GetString(block, at, CardBytes);
                if (card.StartsWith("END     ", StringComparison.Ordinal))
                    return cards;
                if (card[8..10] == "= ")
                    cards[card[..8].TrimEnd()] = card[10..].TrimStart() is ['\'', .. var text]
                        && text.IndexOf('\'', StringComparison.Ordinal) is > -1 and var end ? text[..end].TrimEnd()
                        : card[10..].Split('/')[0].Trim();
            }
        }
        throw new FormatException("expected the end of a FITS header, found none");
    }

    private static void Require(Dictionary<string, string> cards, string key, string value)
    {
        if (cards.GetValueOrDefault(key) != value)
            throw new FormatException($"expected {key} to be {value}, found {cards.GetValueOrDefault(key) ?? "none"}");
    }

    private static int Number(Dictionary<string, string> cards, string key) =>
        int.TryParse(cards.GetValueOrDefault(key), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number
            : throw new FormatException($"expected a number as {key}, found {cards.GetValueOrDefault(key) ?? "none"}");
}
