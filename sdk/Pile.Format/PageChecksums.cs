namespace Pile.Format;

/// <summary>Footer keys that the files of plain pages have in common: <c>positions.parquet</c> and <c>ids.parquet</c>.</summary>
internal static class PageChecksums
{
    /// <summary>The version of both layouts that is written, and the only one that is read.</summary>
    public const string LayoutVersion = "1";

    /// <summary>The CRC-32C of each page's values, eight hexadecimal digits each: by row group, then by column.</summary>
    public const string PagesKey = "pile.crc32c";

    /// <summary>The CRC-32C of the footer, computed with zeros in place of its own eight hexadecimal digits. Files of older datasets do
    /// not have it.</summary>
    public const string FooterKey = "pile.footer_crc32c";
}
