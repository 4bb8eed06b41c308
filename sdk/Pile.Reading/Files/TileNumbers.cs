using Microsoft.Win32.SafeHandles;
using Pile.Codecs;
using Pile.Format;
using Pile.Parquet;
using Pile.Rasters;

namespace Pile.Reading;

/// <summary>Reads columns of numbers from the tiles of a local index into memory of the caller, and verifies them first. Not
/// thread-safe; reuse it, because it keeps its buffers.</summary>
/// <remarks>DuckDB takes long to start, and copies each value once more. It reads all tiles of another
/// form, and reports what is wrong with one. See docs/decisions/0065-numbers-of-tiles-without-duckdb.md.</remarks>
internal sealed class TileNumbers : IDisposable
{
    private readonly ZstdDecompressor zstd;
    private readonly NumberPages pages;
    private LocalCopies? copies;
    private TileVerification? verification;
    private SafeFileHandle? file;
    private EncodedFooter? footer;
    private IndexTile? tile;
    private string[] names = [];
    private byte[] stored = [];

    private TileNumbers()
    {
        zstd = new ZstdDecompressor();
        pages = new NumberPages(zstd.Decompress, Shuffle.Undo);
    }

    /// <summary>Creates a reader; null if libzstd is not installed.</summary>
    internal static TileNumbers? TryCreate()
    {
        try
        {
            return new TileNumbers();
        }
        catch (NativeLibraryMissingException)
        {
            return null;
        }
    }

    /// <summary>Opens a tile and verifies the footer and the columns.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="of">Its tile.</param>
    /// <param name="columnNames">Columns of the dataset.</param>
    /// <param name="cancellationToken">Cancels the verification.</param>
    /// <returns>False if DuckDB must read the tile: it is not local, or values are not stored as such.</returns>
    /// <exception cref="DatasetInvalidException">The tile is missing or damaged.</exception>
    internal async Task<bool> TryOpenAsync(Dataset dataset, IndexTile of, IReadOnlyList<string> columnNames,
        CancellationToken cancellationToken)
    {
        Close();
        string?[] inTile = [.. columnNames.Select(name => StoredName(dataset.View(DatasetView.Standard).FindOrNull(name)))];
        if (!dataset.VerifiesTiles || Array.Exists(inTile, name => name is null))
            return false;
        names = [.. inTile.OfType<string>()];
        FileList list = await dataset.FilesAsync(cancellationToken).ConfigureAwait(false);
        TileColumns columns = new();
        foreach (string name in names)
            columns.Add(name);
        copies = await LocalCopies.OfAsync(dataset, list, [of.File.Path], isFull: false, cancellationToken).ConfigureAwait(false);
        verification = TileVerification.Open(dataset, list, [of], copies.PathOf, columns, cancellationToken);
        await dataset.ReportAsync(() => new QueryPlan(list.Tiles.Length) { Tiles = [of], Columns = columns },
            () => $"columns {string.Join(", ", names)} of '{of.File.Path}', without DuckDB", cancellationToken).ConfigureAwait(false);
        verification.Verify(new TileColumns(), [], isSelective: false, cancellationToken);
        tile = of;
        string path = copies.PathOf(of.File.Path);
        try
        {
            file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            long length = RandomAccess.GetLength(file);
            byte[] tail = Read(length - ParquetLayout.TailBytes, ParquetLayout.TailBytes).ToArray();
            int footerBytes = ParquetLayout.FooterBytes(tail, length, path);
            footer = EncodedFooter.Read(Read(length - tail.Length - footerBytes, footerBytes), path);
            return footer.Groups.Sum(g => (long)g.Rows) == of.File.Rows;
        }
        catch (Exception e) when (e is PlainParquetException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Reads a column of the open tile.</summary>
    /// <typeparam name="T">The type of a value in memory.</typeparam>
    /// <param name="column">Its number among the columns with which the tile was opened.</param>
    /// <param name="type">The type in the file.</param>
    /// <param name="integer">The annotation of integers.</param>
    /// <param name="values">Receives a value for each row of the tile; the default where one is missing.</param>
    /// <param name="isMissing">Receives true for each missing value, and is not changed for others; empty if no value may be
    /// missing.</param>
    /// <returns>False if DuckDB must read the tile: it has another form, or something is wrong with the values.</returns>
    internal bool TryRead<T>(int column, ParquetType type, ParquetInteger integer, Span<T> values, Span<bool> isMissing)
        where T : unmanaged
    {
        EncodedColumn[] columns = footer!.Columns;
        int at = Array.FindIndex(columns, c => c.Name == names[column]);
        if (at < 0 || Array.FindLastIndex(columns, c => c.Name.Equals(names[column], StringComparison.OrdinalIgnoreCase)) != at
            || !NumberPages.CanRead(columns[at], type, integer))
            return false;
        try
        {
            int row = 0;
            foreach (EncodedGroup group in footer.Groups)
            {
                EncodedChunk chunk = group.Chunks[at];
                pages.Read(columns[at], chunk, Read(chunk.Offset, chunk.Bytes), values.Slice(row, group.Rows),
                    isMissing.IsEmpty ? [] : isMissing.Slice(row, group.Rows), tile!.File.Path);
                row += group.Rows;
            }
            return true;
        }
        catch (Exception e) when (e is PlainParquetException or CodecException or IOException)
        {
            return false;
        }
    }

    /// <summary>Checks that the tile has not changed since it was verified.</summary>
    /// <exception cref="DatasetInvalidException">It has changed.</exception>
    internal void RequireUnchanged() => verification!.RequireUnchanged();

    public void Dispose()
    {
        Close();
        zstd.Dispose();
    }

    private static string? StoredName(ViewColumn? column) =>
        column is { Stored: { IsScalar: true, Nested: null, TileSql: null } of, Scale: 1, Layer: null, Joined: null } ? of.SqlName : null;

    private ReadOnlySpan<byte> Read(long start, long bytes)
    {
        if (start < 0 || bytes is < 0 or > int.MaxValue)
            throw new PlainParquetException(tile!.File.Path, "the place of a column is corrupt");
        if (stored.Length < bytes)
            stored = GC.AllocateUninitializedArray<byte>((int)bytes + ((int)bytes / 4));
        Span<byte> read = stored.AsSpan(0, (int)bytes);
        return BlockChecksums.Read(file!, start, read) == read.Length ? read
            : throw new PlainParquetException(tile!.File.Path, "the file is too short");
    }

    private void Close()
    {
        file?.Dispose();
        copies?.Dispose();
        (file, copies, footer) = (null, null, null);
    }
}
