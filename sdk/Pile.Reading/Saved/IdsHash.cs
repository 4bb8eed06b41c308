using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Pile.Format;

namespace Pile.Reading;

/// <summary>Computes the hash of a sequence of ids.</summary>
/// <remarks>Of each id, its number of bytes as a little-endian uint32 and its bytes: the UTF-8 of a text, the decimal digits of an
/// integer. The lengths distinguish "ab", "c" from "a", "bc". Source: QUERIES.md, section 3.</remarks>
internal sealed class IdsHash : IDisposable
{
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>The number of ids.</summary>
    internal long Rows { get; private set; }

    /// <summary>Adds the ids of a column, row by row.</summary>
    internal void Add(ColumnData ids)
    {
        Span<byte> buffer = stackalloc byte[4 + 20];
        for (int row = 0; row < ids.RowCount; row++)
            if (ids is ColumnData<long> numbers)
            {
                _ = numbers.Values.Span[row].TryFormat(buffer[4..], out int length, default, CultureInfo.InvariantCulture);
                BinaryPrimitives.WriteInt32LittleEndian(buffer, length);
                hash.AppendData(buffer[..(4 + length)]);
            }
            else
                Add(((TextColumnData)ids).Element(row));
        Rows += ids.RowCount;
    }

    /// <summary>Returns the hash in lower-case hexadecimal.</summary>
    internal string Finish() => Convert.ToHexStringLower(hash.GetHashAndReset());

    /// <summary>Returns the hash of ids.</summary>
    internal static string Of(IEnumerable<string> ids)
    {
        using IdsHash all = new();
        foreach (string id in ids)
            all.Add(Encoding.UTF8.GetBytes(id));
        return all.Finish();
    }

    public void Dispose() => hash.Dispose();

    private void Add(ReadOnlySpan<byte> id)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, id.Length);
        hash.AppendData(length);
        hash.AppendData(id);
    }
}
