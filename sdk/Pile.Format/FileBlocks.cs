namespace Pile.Format;

/// <summary>Parts of a tile that are checked one by one: <c>files.parquet</c> has the CRC-32C of each.</summary>
internal static class FileBlocks
{
    /// <summary>Bytes of every block but the last.</summary>
    public const int Bytes = 1 << 18;

    /// <summary>The name of their column in <c>files.parquet</c>.</summary>
    public const string Column = "crc32c";

    /// <summary>How many blocks a file has.</summary>
    /// <param name="fileBytes">Its size.</param>
    public static long CountOf(long fileBytes) => (fileBytes + Bytes - 1) / Bytes;
}
