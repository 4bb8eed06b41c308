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
using Pile.Storage;

namespace Pile.CrossMatch.Plain;

/// <summary>The positions of a dataset as they are in its <c>positions.parquet</c>, mapped; each page is verified before it is first
/// used.</summary>
/// <remarks>Those of a remote dataset are mapped in the cache. Row groups are fetched ahead, or when a page of them is first
/// used.</remarks>
internal sealed class MappedPositions : SortedPositions, IDisposable
{
    private const int ChunksBetweenReleases = 16, MostFooterBytes = 16 << 20;

    private readonly PlainParquetFile file;
    private readonly int healpix, ra, dec, id, columnCount;
    private readonly string checksums;
    private readonly bool[] isVerified;
    private readonly int[]?[] textStarts;
    private readonly CachedFile? cached;
    private readonly LocalCopy? copy;
    private int releasedBefore;

    private MappedPositions(string datasetPath, PlainParquetFile file, CachedFile? cached, LocalCopy? copy)
    {
        (DatasetPath, this.file, this.cached, this.copy) = (datasetPath, file, cached, copy);
        HasFooterChecksum = file.Metadata.TryGetValue(PositionsLayout.FooterChecksumKey, out string? digits);
        if (digits is not null && !FooterChecksum.IsRight(file.FooterBytes, digits, PositionsLayout.FooterChecksumKey))
            throw Invalid("its footer is damaged: it does not have the CRC-32C that is written in it");
        string version = file.Metadata.GetValueOrDefault(PositionsLayout.VersionKey, "none");
        if (version != PositionsLayout.CurrentVersion)
            throw Invalid($"its layout is version {version}; this program reads version {PositionsLayout.CurrentVersion}",
                "Get a newer pile");
        (healpix, ra, dec) = (Find(PositionsLayout.Healpix29, ParquetType.Int64), Find(PositionsLayout.Ra, ParquetType.Double),
            Find(PositionsLayout.Dec, ParquetType.Double));
        HasTextIds = file.Find(PositionsLayout.ObjectId, ParquetType.Text) >= 0;
        id = Find(PositionsLayout.ObjectId, HasTextIds ? ParquetType.Text : ParquetType.Int64);
        columnCount = file.Columns.Count;
        checksums = file.Metadata.GetValueOrDefault(PositionsLayout.ChecksumsKey, "");
        isVerified = new bool[file.GroupCount * columnCount];
        textStarts = new int[HasTextIds ? file.GroupCount : 0][];
        if (file.RowCount > int.MaxValue)
            throw Invalid($"it has {file.RowCount} rows; a side of a match has at most {int.MaxValue}", "Match parts of it");
        if (checksums.Length != 8 * isVerified.Length)
            throw Invalid("its checksums are not one for each page");
        for (int group = 0; group < file.GroupCount; group++)
            if (file.RowsOf(group) != RowsOf(group))
                throw Invalid($"row group {group} has {file.RowsOf(group)} rows, expected {RowsOf(group)}");
            else if (file.RangeOf(group, healpix) is null)
                throw Invalid($"row group {group} does not say which pixels it has");
    }

    /// <summary>The dataset's folder.</summary>
    internal string DatasetPath { get; }

    internal string Dataset => file.Metadata.GetValueOrDefault(PositionsLayout.DatasetKey, "");

    internal string DatasetVersion => file.Metadata.GetValueOrDefault(PositionsLayout.DatasetVersionKey, "");

    internal string? EpochYear => file.Metadata.GetValueOrDefault(PositionsLayout.EpochKey);

    /// <summary>Rows of the dataset that have no position.</summary>
    internal long WithoutPosition => long.TryParse(file.Metadata.GetValueOrDefault(PositionsLayout.WithoutPositionKey, "0"),
        NumberStyles.None, CultureInfo.InvariantCulture, out long rows) ? rows : 0;

    /// <summary>One number for the contents: the CRC-32C of the pages' checksums.</summary>
    internal string ContentChecksum => $"{Crc32C.Compute(MemoryMarshal.AsBytes(checksums.AsSpan())):x8}";

    internal bool HasTextIds { get; }

    /// <summary>Whether the file is fetched in parts.</summary>
    internal bool IsRemote => cached is not null;

    /// <summary>The length of the file.</summary>
    internal long LengthBytes => file.LengthBytes;

    /// <summary>Whether the footer was verified.</summary>
    internal bool HasFooterChecksum { get; }

    /// <inheritdoc/>
    public override int Count => (int)file.RowCount;

    /// <summary>Maps a file of positions.</summary>
    /// <param name="path">The file.</param>
    /// <param name="datasetPath">What messages call the side.</param>
    /// <exception cref="DatasetInvalidException">The file is damaged, not laid out as SCHEMA.md says, or of a later version.</exception>
    internal static MappedPositions Open(string path, string datasetPath)
    {
        RegularFile.Require(path);
        return Open(() => PlainParquetFile.Open(path), path, datasetPath, null, null);
    }

    /// <summary>Maps a copy of a remote file.</summary>
    /// <param name="copy">The copy, which is given back with the positions.</param>
    /// <param name="datasetPath">What messages call the side.</param>
    /// <inheritdoc cref="Open(string, string)" path="/exception"/>
    internal static MappedPositions Open(LocalCopy copy, string datasetPath) =>
        Open(() => PlainParquetFile.Open(copy.Path), copy.Path, datasetPath, null, copy);

    /// <summary>Maps a remote file in the cache.</summary>
    /// <param name="cached">The file, which is closed with the positions.</param>
    /// <param name="address">Its address.</param>
    /// <param name="datasetPath">What messages call the side.</param>
    /// <inheritdoc cref="Open(string, string)" path="/exception"/>
    internal static MappedPositions Open(CachedFile cached, string address, string datasetPath)
    {
        try
        {
            return Open(OpenParts, address, datasetPath, cached, null);
        }
        catch (DatasetInvalidException)
        {
            // The cache may have a damaged footer.
            cached.RequireAgain(Math.Max(0, cached.LengthBytes - MostFooterBytes), cached.LengthBytes);
        }
        try
        {
            return Open(OpenParts, address, datasetPath, cached, null);
        }
        catch
        {
            cached.Dispose();
            throw;
        }

        PlainParquetFile OpenParts() => PlainParquetFile.Open(address, cached.Handle, cached.LengthBytes, cached.Require);
    }

    private static MappedPositions Open(Func<PlainParquetFile> open, string path, string datasetPath, CachedFile? cached, LocalCopy? copy)
    {
        PlainParquetFile? mapped = null;
        try
        {
            mapped = open();
            return new MappedPositions(datasetPath, mapped, cached, copy);
        }
        catch (Exception e)
        {
            if (cached is null)
                mapped?.Dispose();
            copy?.Dispose();
            if (e is PlainParquetException damage)
                throw Invalid(datasetPath, path, damage.Finding, inner: e);
            throw;
        }
    }

    /// <summary>Begins to fetch the row groups of a remote file.</summary>
    /// <param name="reach">Only those with rows in a part of the sky; null for all.</param>
    internal void BeginFetch(HealpixRanges? reach)
    {
        for (int chunk = 0; cached is not null && chunk < ChunkCount; chunk++)
            if (reach is null || !reach.Intersect(HealpixRanges.FromRanges(Healpix.MaxOrder, [PixelsOf(chunk)])).IsEmpty)
            {
                (long start, long end) = file.BytesOf(chunk);
                cached.Begin(start, end);
            }
    }

    // Asked for a million times: compiled in full at once, with all that they call inlined. Compiled quickly at first, as others are, these
    // four took a fifth of a match of ten million rows.

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override ReadOnlySpan<long> Healpix29(int chunk) => Values<long>(chunk, healpix);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override ReadOnlySpan<double> RaDeg(int chunk) => Values<double>(chunk, ra);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override ReadOnlySpan<double> DecDeg(int chunk) => Values<double>(chunk, dec);

    /// <summary>A column of a chunk as it is, eight bytes a value, whatever they mean; ids where they are integers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal ReadOnlySpan<double> AsTheyAre(int chunk, PositionColumn column) =>
        Values<double>(chunk, column switch { PositionColumn.Ra => ra, PositionColumn.Dec => dec, _ => id });

    /// <summary>The ids of a chunk where they are text, each with its length before it, and where each begins; one start more than
    /// rows.</summary>
    internal ReadOnlySpan<byte> TextIds(int chunk, out ReadOnlySpan<int> starts)
    {
        ReadOnlySpan<byte> bytes = Values<byte>(chunk, id);
        starts = textStarts[chunk] ??= StartsOf(bytes, RowsOf(chunk));
        return bytes;
    }

    /// <inheritdoc/>
    public override HealpixRange PixelsOf(int chunk) =>
        file.RangeOf(chunk, healpix) is (long min, long max) ? new HealpixRange(min, max + 1) : default;

    /// <inheritdoc/>
    public override void ReleaseBefore(int chunk)
    {
        // Now and then is enough to bound memory; going through page tables for every chunk would cost more than it saves.
        int before = Volatile.Read(ref releasedBefore);
        bool isNextPass = chunk < before - ChunksBetweenReleases;
        if ((chunk < before + ChunksBetweenReleases && !isNextPass)
            || Interlocked.CompareExchange(ref releasedBefore, chunk, before) != before || isNextPass)
            return;
        file.ReleaseBefore(chunk);
        for (int i = 0; HasTextIds && i < chunk; i++)
            textStarts[i] = null;
    }

    /// <summary>Gives all memory of the file back; the next pass maps it again.</summary>
    internal void Release()
    {
        Volatile.Write(ref releasedBefore, 0);
        file.ReleaseBefore(ChunkCount);
    }

    /// <summary>Says so if somebody has written to the file since it was opened: pages may have changed after they were verified.</summary>
    /// <exception cref="SourceUnreadableException">It has changed.</exception>
    internal void RequireUnchanged()
    {
        if (!file.IsUnchanged)
            throw new SourceUnreadableException(file.Path, "it was changed while it was matched",
                "Match it again when nobody writes to it");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        cached?.Dispose();
        file.Dispose();
        copy?.Dispose();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ReadOnlySpan<T> Values<T>(int chunk, int column) where T : unmanaged
    {
        if (!Volatile.Read(ref isVerified[(chunk * columnCount) + column]))
            Verify(chunk, column);
        return file.Values<T>(chunk, column);
    }

    private void Verify(int chunk, int column)
    {
        try
        {
            file.BringIn(chunk);
            string? finding = FindDamage(chunk, column);
            if (finding is not null && cached is not null)
            {
                (long start, long end) = file.BytesOf(chunk);
                cached.RequireAgain(start, end);
                file.Forget(chunk);
                finding = FindDamage(chunk, column);
            }
            if (finding is not null)
                throw Invalid(finding);
        }
        catch (IOException e)
        {
            throw new SourceUnreadableException(file.Path, $"it cannot be read: {e.Message.TrimEnd('.')}",
                "Look after the disk, or get the file again", e);
        }
        if (column == healpix)
            RequireSorted(chunk, file.Values<long>(chunk, healpix));
        Volatile.Write(ref isVerified[(chunk * columnCount) + column], true);
    }

    private string? FindDamage(int chunk, int column)
    {
        try
        {
            uint found = Crc32C.Compute(file.Bytes(chunk, column));
            ReadOnlySpan<char> listed = checksums.AsSpan(8 * ((chunk * columnCount) + column), 8);
            return uint.TryParse(listed, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint expected)
                && found == expected ? null
                : $"column '{file.Columns[column].Name}' of row group {chunk} is damaged: its CRC-32C is {found:x8}, expected {listed}";
        }
        catch (PlainParquetException e)
        {
            return e.Finding;
        }
    }

    // The merge relies on it.
    private void RequireSorted(int chunk, ReadOnlySpan<long> healpix29)
    {
        (long first, long last) = (healpix29[0], healpix29[^1]);
        if (!IsSorted(healpix29) || first < 0 || last >= Healpix.PixelCount(Healpix.MaxOrder)
            || file.RangeOf(chunk, healpix) is not (long min, long max) || (min, max) != (first, last)
            || (chunk > 0 && file.RangeOf(chunk - 1, healpix) is (_, long before) && before > first))
            throw Invalid($"the pixels of row group {chunk} do not ascend within the sky, or not as its statistics say");
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool IsSorted(ReadOnlySpan<long> healpix29)
    {
        int i = 1;
        bool descends = false;
        if (Vector256.IsHardwareAccelerated)
        {
            // Four rows and the four before each of them.
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

    private int[] StartsOf(ReadOnlySpan<byte> bytes, int rows)
    {
        int[] starts = new int[rows + 1];
        int at = 0;
        for (int row = 0; row < rows; row++)
        {
            starts[row] = at;
            int length = bytes.Length - at >= sizeof(int) ? MemoryMarshal.Read<int>(bytes[at..]) : -1;
            if (length < 0 || length > bytes.Length - at - sizeof(int))
                throw Invalid($"the id of row {row} of a row group ends beyond its page");
            at += sizeof(int) + length;
        }
        starts[rows] = at;
        return starts;
    }

    private int Find(string name, ParquetType type) =>
        file.Find(name, type) is >= 0 and var column ? column : throw Invalid($"it has no column '{name}' of type {type}");

    private DatasetInvalidException Invalid(string finding, string remedy = "Get the file again, or build the dataset again") =>
        Invalid(DatasetPath, file.Path, finding, remedy);

    private static DatasetInvalidException Invalid(string datasetPath, string path, string finding,
        string remedy = "Get the file again, or build the dataset again", Exception? inner = null) =>
        new(datasetPath, $"{path}: {finding}", remedy, inner);
}
