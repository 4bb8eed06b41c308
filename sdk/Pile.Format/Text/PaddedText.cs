namespace Pile.Format;

/// <summary>Texts of fixed width, padded with NUL.</summary>
internal static class PaddedText
{
    /// <summary>Returns a text without the NULs at its end. In vectors: texts of hundreds of kilobytes are mostly padding.</summary>
    internal static ReadOnlySpan<byte> WithoutPadding(this ReadOnlySpan<byte> text) => text[..(text.LastIndexOfAnyExcept((byte)0) + 1)];
}
