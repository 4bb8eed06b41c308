namespace Pile.Format;

/// <summary>Footer keys common to the files with plain pages: <c>positions.parquet</c> and <c>ids.parquet</c>.</summary>
internal static class PageChecksums
{
    /// <summary>The version of both layouts: the one that is written, and the only one supported.</summary>
    public const string LayoutVersion = "1";

    /// <summary>The CRC-32C of the values of each page, eight hexadecimal digits each, by row group and then by column.</summary>
    public const string PagesKey = "pile.crc32c";

    /// <summary>The CRC-32C of the footer, computed with zeros in place of its own
    /// eight hexadecimal digits. Files of older datasets do not have it.</summary>
    public const string FooterKey = "pile.footer_crc32c";
}
