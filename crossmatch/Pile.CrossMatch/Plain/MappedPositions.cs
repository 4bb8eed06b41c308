using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Pile.Codecs;
using Pile.CrossMatch.Matching;
using Pile.Format;
using Pile.Parquet;
using Pile.Reading;
using Pile.Sky;

namespace Pile.CrossMatch.Plain;

/// <summary>The memory-mapped positions in the <c>positions.parquet</c> of a dataset. Each page is verified before it is used.</summary>
internal sealed class MappedPositions : SortedPositions, IDisposable
{
    private readonly MappedPages pages;
    private readonly PlainParquetFile file;
    private readonly int healpix, ra, dec, id;
    private readonly int[]?[] textStarts;
    private int releasedBefore;

    private MappedPositions(string datasetPath, MappedPages pages)
    {
        (DatasetPath, this.pages, file) = (datasetPath, pages, pages.File);
        Frame = file.Find(PositionFrame.Wgs84.Lon, ParquetType.Double) >= 0 ? PositionFrame.Wgs84 : PositionFrame.Icrs;
        (healpix, ra, dec) = (pages.Find(PositionsLayout.Healpix29, ParquetType.Int64),
            pages.Find(Frame.Lon, ParquetType.Double), pages.Find(Frame.Lat, ParquetType.Double));
        HasTextIds = file.Find(PositionsLayout.ObjectId, ParquetType.Text) >= 0;
        id = pages.Find(PositionsLayout.ObjectId, HasTextIds ? ParquetType.Text : ParquetType.Int64);
        textStarts = new int[HasTextIds ? file.GroupCount : 0][];
        if (file.RowCount > int.MaxValue)
            throw pages.Invalid($"it has {file.RowCount} rows; a side of a match has at most {int.MaxValue}", "Match parts of it");
        for (int group = 0; group < file.GroupCount; group++)
            if (file.RowsOf(group) != RowsOf(group))
                throw pages.Invalid($"row group {group} has {file.RowsOf(group)} rows, expected {RowsOf(group)}");
            else if (file.RangeOf(group, healpix) is null)
                throw pages.Invalid($"row group {group} has no statistics of its pixels");
        pages.CheckPage = (chunk, column) =>
        {
            if (column == healpix)
                RequireSorted(chunk, file.Values<long>(chunk, healpix));
        };
    }

    /// <summary>The frame of the positions.</summary>
    internal PositionFrame Frame { get; }

    /// <summary>The dataset's folder.</summary>
    internal string DatasetPath { get; }

    internal string? EpochYear => file.Metadata.GetValueOrDefault(PositionsLayout.EpochKey);

    /// <summary>The number of rows without a position.</summary>
    internal long WithoutPosition => long.TryParse(file.Metadata.GetValueOrDefault(PositionsLayout.WithoutPositionKey, "0"),
        NumberStyles.None, CultureInfo.InvariantCulture, out long rows) ? rows : 0;

    /// <summary>A checksum of the content: the CRC-32C of the checksums of the pages.</summary>
    internal string ContentChecksum => $"{Crc32C.Compute(MemoryMarshal.AsBytes(pages.Checksums.AsSpan())):x8}";

    internal bool HasTextIds { get; }

    /// <summary>True if the file is fetched in parts.</summary>
    internal bool IsRemote => pages.IsRemote;

    /// <summary>The length of the file.</summary>
    internal long LengthBytes => file.LengthBytes;

    /// <inheritdoc/>
    public override int Count => (int)file.RowCount;

    /// <summary>Maps the positions of a dataset in its folder or in the cache.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="file">The file of positions.</param>
    /// <param name="isWhole">True if all positions of a remote dataset will be needed.</param>
    /// <param name="cancellationToken">Cancels requests until the positions are closed.</param>
    /// <exception cref="PileException">The file is corrupt, or the store fails.</exception>
    internal static async Task<MappedPositions> OpenAsync(Dataset dataset, DatasetFile file, bool isWhole,
        CancellationToken cancellationToken) =>
        Of(dataset.Address, await MappedPages.OpenAsync(dataset, file, PositionsLayout.VersionKey, isWhole, cancellationToken)
            .ConfigureAwait(false));

    private static MappedPositions Of(string datasetPath, MappedPages pages)
    {
        try
        {
            return new MappedPositions(datasetPath, pages);
        }
        catch
        {
            pages.Dispose();
            throw;
        }
    }

    /// <summary>Starts to fetch the row groups of a remote file.</summary>
    /// <param name="reach">The part of the sky whose row groups are fetched; null for all.</param>
    /// <param name="selected">The rows whose row groups are fetched; null for all.</param>
    internal void BeginFetch(HealpixRanges? reach, RowSet? selected)
    {
        if (IsRemote)
            pages.BeginFetch(Enumerable.Range(0, ChunkCount)
                .Where(chunk => selected is null || selected.Any(chunk << ChunkShift, (chunk << ChunkShift) + RowsOf(chunk)))
                .Where(chunk => reach is null
                    || !reach.Intersect(HealpixRanges.FromRanges(Healpix.MaxOrder, [PixelsOf(chunk)])).IsEmpty));
    }

    // These methods are called very often, so they are fully optimized at once. With tiered compilation, these four took a fifth of a match
    // of ten million rows.

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override ReadOnlySpan<long> Healpix29(int chunk) => pages.Values<long>(chunk, healpix);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override ReadOnlySpan<double> RaDeg(int chunk) => pages.Values<double>(chunk, ra);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override ReadOnlySpan<double> DecDeg(int chunk) => pages.Values<double>(chunk, dec);

    /// <summary>Returns the stored bytes of a column of a chunk, eight per value, without interpreting them; ids only if they are
    /// integers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal ReadOnlySpan<double> AsTheyAre(int chunk, PositionColumn column) =>
        pages.Values<double>(chunk, column switch { PositionColumn.Ra => ra, PositionColumn.Dec => dec, _ => id });

    /// <summary>Returns the text ids of a chunk, each preceded by its length, and the start of each, with one more start than
    /// rows.</summary>
    internal ReadOnlySpan<byte> TextIds(int chunk, out ReadOnlySpan<int> starts)
    {
        ReadOnlySpan<byte> bytes = pages.Values<byte>(chunk, id);
        starts = textStarts[chunk] ??= pages.TextStarts(chunk, bytes);
        return bytes;
    }

    /// <inheritdoc/>
    public override HealpixRange PixelsOf(int chunk) =>
        file.RangeOf(chunk, healpix) is (long min, long max) ? new HealpixRange(min, max + 1) : default;

    /// <inheritdoc/>
    public override void ReleaseBefore(int chunk)
    {
        // Releasing memory every few chunks limits it enough; doing so for every chunk would cost more than it saves. A thread that is
        // farther behind than others can be begins the next pass.
        int before = Volatile.Read(ref releasedBefore);
        bool isNextPass = chunk < before - ChunksBehind;
        if ((chunk < before + ChunksBehind && !isNextPass)
            || Interlocked.CompareExchange(ref releasedBefore, chunk, before) != before || isNextPass)
            return;
        file.ReleaseBefore(chunk);
        for (int i = 0; HasTextIds && i < chunk; i++)
            textStarts[i] = null;
    }

    /// <summary>Releases all memory of the file; the next pass maps it again.</summary>
    internal void Release()
    {
        Volatile.Write(ref releasedBefore, 0);
        file.ReleaseBefore(ChunkCount);
    }

    /// <summary>Requires that the file was not written to since it was opened, because pages may have changed after they were
    /// verified.</summary>
    /// <exception cref="SourceUnreadableException">The file has changed.</exception>
    internal void RequireUnchanged()
    {
        if (!file.IsUnchanged)
            throw new SourceUnreadableException(file.Path, "it changed during the match",
                "Repeat the match when no program writes to it");
    }

    /// <inheritdoc/>
    public void Dispose() => pages.Dispose();

    // The merge requires sorted pixels.
    private void RequireSorted(int chunk, ReadOnlySpan<long> healpix29)
    {
        (long first, long last) = (healpix29[0], healpix29[^1]);
        if (!IsSorted(healpix29) || first < 0 || last >= Healpix.PixelCount(Healpix.MaxOrder)
            || file.RangeOf(chunk, healpix) is not (long min, long max) || (min, max) != (first, last)
            || (chunk > 0 && file.RangeOf(chunk - 1, healpix) is (_, long before) && before > first))
            throw pages.Invalid($"the pixels of row group {chunk} are not sorted, out of range, or do not agree with its statistics");
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool IsSorted(ReadOnlySpan<long> healpix29)
    {
        int i = 1;
        bool descends = false;
        if (Vector256.IsHardwareAccelerated)
        {
            // Compares four rows with their predecessors.
            ref long rows = ref MemoryMarshal.GetReference(healpix29);
            Vector256<long> descents = Vector256<long>.Zero;
            for (; i <= healpix29.Length - 4; i += 4)
                descents |= Vector256.LessThan(Vector256.LoadUnsafe(ref rows, (nuint)i), Vector256.LoadUnsafe(ref rows, (nuint)i - 1));
            descends = descents != Vector256<long>.Zero;
        }
        for (; i < healpix29.Length; i++)
            descends |= healpix29[i] < healpix29[i - 1];
        return !descends;
    }
}
