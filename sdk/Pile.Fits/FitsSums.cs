using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;

namespace Pile.Fits;

/// <summary>Compares the keywords DATASUM and CHECKSUM of a FITS file with its bytes, which are passed in order (FITS 4.0, section 4.4.2.7
/// and appendix J). A file that is not FITS has no findings.</summary>
/// <remarks>cfitsio would read the file once more.</remarks>
internal sealed class FitsSums
{
    private const int BlockBytes = 2880, CardBytes = 80, KeywordBytes = 8, ValueStart = 10;
    private const uint AllOnes = uint.MaxValue;

    private readonly byte[] block = new byte[BlockBytes];
    private readonly Dictionary<string, string> values = new(StringComparer.Ordinal);
    private readonly List<string> findings = [];
    private int blockFilled, hdu;
    private long dataLeft;
    private ulong headerSum, dataSum;
    private bool isFits = true, isInHeader;

    /// <summary>A sentence about each HDU whose sums are not those of its bytes.</summary>
    internal IReadOnlyList<string> Findings => findings;

    /// <summary>Adds the next bytes of the file: multiples of four, except at its end.</summary>
    internal void Add(ReadOnlySpan<byte> bytes)
    {
        while (isFits && !bytes.IsEmpty)
            bytes = bytes[(dataLeft > 0 ? AddData(bytes) : AddHeader(bytes))..];
    }

    private int AddData(ReadOnlySpan<byte> bytes)
    {
        int count = (int)Math.Min(dataLeft, bytes.Length);
        dataSum += Sum(bytes[..count]);
        dataLeft -= count;
        if (dataLeft == 0)
            EndHdu();
        return count;
    }

    private int AddHeader(ReadOnlySpan<byte> bytes)
    {
        int count = Math.Min(BlockBytes - blockFilled, bytes.Length);
        bytes[..count].CopyTo(block.AsSpan(blockFilled));
        blockFilled += count;
        if (blockFilled < BlockBytes)
            return count;
        blockFilled = 0;
        // After the last HDU a file may have blocks of another kind.
        isFits = isInHeader || block.AsSpan().StartsWith(hdu == 0 ? "SIMPLE  ="u8 : "XTENSION="u8);
        headerSum += Sum(block);
        isInHeader = !ReadCards();
        if (isInHeader)
            return count;
        dataLeft = DataBytes();
        isFits &= dataLeft >= 0;
        if (isFits && dataLeft == 0)
            EndHdu();
        return count;
    }

    /// <summary>Reads the cards of a block.</summary>
    /// <returns>True if it has the END of the header.</returns>
    private bool ReadCards()
    {
        for (int start = 0; start < BlockBytes; start += CardBytes)
        {
            ReadOnlySpan<byte> card = block.AsSpan(start, CardBytes);
            ReadOnlySpan<byte> keyword = card[..KeywordBytes].TrimEnd((byte)' ');
            if (keyword.SequenceEqual("END"u8))
                return true;
            if (card[KeywordBytes] == '=' && IsRead(keyword))
                values.TryAdd(Encoding.ASCII.GetString(keyword), ValueOf(Encoding.ASCII.GetString(card[ValueStart..]).Trim()));
        }
        return false;
    }

    // A header of any length takes little memory.
    private static bool IsRead(ReadOnlySpan<byte> keyword) =>
        (keyword.StartsWith("NAXIS"u8) && !keyword[5..].ContainsAnyExceptInRange((byte)'0', (byte)'9')) || keyword.SequenceEqual("BITPIX"u8)
        || keyword.SequenceEqual("PCOUNT"u8) || keyword.SequenceEqual("GCOUNT"u8) || keyword.SequenceEqual("GROUPS"u8)
        || keyword.SequenceEqual("DATASUM"u8) || keyword.SequenceEqual("CHECKSUM"u8);

    private static string ValueOf(string text) => text.StartsWith('\'')
        ? text[1..(text.IndexOf('\'', 1) is > 0 and var end ? end : text.Length)].Trim() : text.Split('/')[0].Trim();

    // The bytes of the data with their padding; -1 for a header that does not define them.
    private long DataBytes()
    {
        if (!TryNumber("NAXIS", out long axes) || axes is < 0 or > 999 || !TryNumber("BITPIX", out long bits))
            return -1;
        Int128 elements = axes == 0 ? 0 : 1;
        for (int axis = 1; axis <= axes; axis++)
        {
            if (!TryNumber($"NAXIS{axis}", out long length) || length < 0)
                return -1;
            bool isOfGroups = axis == 1 && length == 0 && values.GetValueOrDefault("GROUPS") == "T"; // random groups
            elements *= isOfGroups ? 1 : length;
            if (elements > long.MaxValue)
                return -1;
        }
        Int128 groups = TryNumber("GCOUNT", out long given) ? given : 1, parameters = TryNumber("PCOUNT", out long more) ? more : 0;
        Int128 bytes = Math.Abs(bits) / 8 * groups * (axes == 0 ? 0 : parameters + elements);
        bytes = (bytes + BlockBytes - 1) / BlockBytes * BlockBytes;
        return bytes >= 0 && bytes <= long.MaxValue ? (long)bytes : -1;
    }

    private bool TryNumber(string keyword, out long number) =>
        long.TryParse(values.GetValueOrDefault(keyword), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);

    private void EndHdu()
    {
        uint ofData = Folded(dataSum);
        if (uint.TryParse(values.GetValueOrDefault("DATASUM"), NumberStyles.None, CultureInfo.InvariantCulture, out uint stated)
            && stated != ofData)
            findings.Add($"HDU {hdu}: the data are not those of its DATASUM: they were changed or damaged");
        else if (values.GetValueOrDefault("CHECKSUM") is { Length: > 0 } && Folded(headerSum + ofData) is not (AllOnes or 0))
            findings.Add($"HDU {hdu}: the header{(values.ContainsKey("DATASUM") ? " is" : " or the data are")} not that of its CHECKSUM");
        (headerSum, dataSum) = (0, 0);
        values.Clear();
        hdu++;
    }

    // The sum of big-endian integers of 32 bits. The sum of 2^32 of them fits into 64 bits: more are folded.
    private static ulong Sum(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<uint> words = MemoryMarshal.Cast<byte, uint>(bytes[..(bytes.Length / sizeof(uint) * sizeof(uint))]);
        Vector256<ulong> sums = Vector256<ulong>.Zero;
        int i = 0;
        Vector256<byte> reversed = Vector256.Create((byte)3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12,
            19, 18, 17, 16, 23, 22, 21, 20, 27, 26, 25, 24, 31, 30, 29, 28);
        for (; i <= words.Length - Vector256<uint>.Count; i += Vector256<uint>.Count)
        {
            (Vector256<ulong> lower, Vector256<ulong> upper) =
                Vector256.Widen(Vector256.Shuffle(Vector256.Create(words[i..]).AsByte(), reversed).AsUInt32());
            sums += lower + upper;
        }
        ulong sum = sums[0] + sums[1] + sums[2] + sums[3];
        for (; i < words.Length; i++)
            sum += BinaryPrimitives.ReverseEndianness(words[i]);
        return Folded(sum);
    }

    private static uint Folded(ulong sum)
    {
        while (sum > uint.MaxValue)
            sum = (sum & uint.MaxValue) + (sum >> 32);
        return (uint)sum;
    }
}
