namespace Pile.Format;

/// <summary>The blocks of a tile file that are verified one by one: <c>files.parquet</c> stores the CRC-32C of each.</summary>
internal static class FileBlocks
{
    /// <summary>The size in bytes of every block except the last.</summary>
    public const int Bytes = 1 << 18;

    /// <summary>The name of the checksum column in <c>files.parquet</c>.</summary>
    public const string Column = "crc32c";

    /// <summary>Returns the number of blocks of a file.</summary>
    /// <param name="fileBytes">The size of the file.</param>
    public static long CountOf(long fileBytes) => (fileBytes + Bytes - 1) / Bytes;
}
