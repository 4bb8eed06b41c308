using System.Runtime.InteropServices;

namespace Pile.Writing.Index;

/// <summary>A growing buffer of texts in Parquet's PLAIN encoding: the length of each as four bytes, then its UTF-8 bytes.</summary>
/// <param name="texts">The number of texts that the first allocation makes space for.</param>
internal sealed class PlainTexts(int texts)
{
    private const int TypicalBytes = 16;

    private byte[] bytes = [];
    private int last;

    /// <summary>The size of all texts with their lengths.</summary>
    internal int Length { get; private set; }

    internal ReadOnlySpan<byte> Bytes => bytes.AsSpan(0, Length);

    internal ReadOnlySpan<byte> First => Bytes.Slice(sizeof(int), MemoryMarshal.Read<int>(Bytes));

    internal ReadOnlySpan<byte> Last => Bytes[last..];

    internal void Append(ReadOnlySpan<byte> utf8)
    {
        int added = sizeof(int) + utf8.Length;
        if (bytes.Length - Length < added)
            Array.Resize(ref bytes, checked(Math.Max(2 * bytes.Length, Length + added + (texts * TypicalBytes))));
        MemoryMarshal.Write(bytes.AsSpan(Length), utf8.Length);
        last = Length + sizeof(int);
        utf8.CopyTo(bytes.AsSpan(last));
        Length += added;
    }

    /// <summary>Removes all texts, and keeps the memory.</summary>
    internal void Clear() => Length = 0;
}
