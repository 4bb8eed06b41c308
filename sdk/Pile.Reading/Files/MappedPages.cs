using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Pile.Codecs;
using Pile.Format;
using Pile.Parquet;
using Pile.Storage;

namespace Pile.Reading;

/// <summary>A file of a dataset whose pages are plain arrays with checksums in its footer, mapped; each page is verified before its first
/// use (SCHEMA.md §6.4 and §6.5), once per process if it is local and not changed.</summary>
/// <remarks>A remote file is mapped in the cache. Its row groups are fetched ahead, or when a page of them is first used.</remarks>
internal sealed class MappedPages : IDisposable
{
    private const int MaxFooterBytes = 16 << 20, ChecksumDigits = 8;

    private readonly string dataset;
    private bool[] isVerified;
    private readonly int columnCount;
    private readonly CachedFile? cached;
    private readonly LocalCopy? copy;

    private MappedPages(string dataset, PlainParquetFile file, string versionKey, CachedFile? cached, LocalCopy? copy)
    {
        (this.dataset, File, this.cached, this.copy) = (dataset, file, cached, copy);
        HasFooterChecksum = file.Metadata.TryGetValue(PageChecksums.FooterKey, out string? digits);
        if (digits is not null && !FooterChecksum.IsValid(file.FooterBytes, digits, PageChecksums.FooterKey))
            throw Invalid("its footer is damaged: it does not have the CRC-32C that is written in it");
        string version = file.Metadata.GetValueOrDefault(versionKey, "none");
        if (version != PageChecksums.LayoutVersion)
            throw Invalid($"its layout is version {version}; this program reads version {PageChecksums.LayoutVersion}",
                "Get a newer pile");
        columnCount = file.Columns.Count;
        Checksums = file.Metadata.GetValueOrDefault(PageChecksums.PagesKey, "");
        isVerified = new bool[file.GroupCount * columnCount];
        if (Checksums.Length != ChecksumDigits * isVerified.Length)
            throw Invalid("it does not have one checksum per page");
    }

    /// <summary>The file.</summary>
    internal PlainParquetFile File { get; }

    /// <summary>Returns a value of the footer's metadata; null without one.</summary>
    internal string? FactOf(string key) => File.Metadata.GetValueOrDefault(key);

    /// <summary>The checksums of all pages, from the footer.</summary>
    internal string Checksums { get; }

    /// <summary>True if the footer was verified. Files of older datasets have no checksum of the footer.</summary>
    internal bool HasFooterChecksum { get; }

    /// <summary>True if the file is fetched in parts.</summary>
    internal bool IsRemote => cached is not null;

    /// <summary>Checks the values of a page, given by row group and column, after its checksum and before its first use; null for
    /// nothing.</summary>
    internal Action<int, int>? CheckPage { get; set; }

    /// <summary>Maps a local file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="dataset">The name of the dataset in messages.</param>
    /// <param name="versionKey">The footer key of the layout's version.</param>
    /// <exception cref="DatasetInvalidException">The file is damaged, has another layout, or is of a later version.</exception>
    internal static MappedPages Open(string path, string dataset, string versionKey)
    {
        RegularFile.Require(path);
        return Open(() => PlainParquetFile.Open(path), path, dataset, versionKey, null, null);
    }

    /// <summary>Maps a file of a dataset, or its copy in the cache.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="file">The file, as the dataset lists it.</param>
    /// <param name="versionKey">The footer key of the layout's version.</param>
    /// <param name="isWhole">True if all of a remote file will be needed: it is requested before its footer is read.</param>
    /// <param name="cancellationToken">Cancels requests until the file is closed.</param>
    /// <exception cref="PileException">The file is damaged, or the store fails.</exception>
    internal static async Task<MappedPages> OpenAsync(Dataset dataset, DatasetFile file, string versionKey, bool isWhole,
        CancellationToken cancellationToken)
    {
        if (dataset.Store.Traits.IsLocal)
        {
            FileInfo found = new(Path.Combine(dataset.Store.LocalRoot, file.Path));
            if (!found.Exists || found.Length != file.Bytes)
                throw new DatasetInvalidException(dataset.Address, found.Exists
                    ? $"'{file.Path}' has {found.Length} bytes, '{DatasetPaths.Files}' lists {file.Bytes}" : $"'{file.Path}' is missing",
                    "Get the file again, or build the dataset again");
            FileStamp stamp = FileStamp.Of(found.FullName);
            MappedPages opened = Open(found.FullName, dataset.Address, versionKey);
            opened.isVerified = VerifiedPages.Of(found.FullName, file.Sha256, stamp, opened.isVerified.Length);
            return opened;
        }
        try
        {
            if (await CachedFile.TryOpenAsync(dataset, file, cancellationToken).ConfigureAwait(false) is { } cached)
            {
                if (isWhole)
                    cached.BeginAll();
                MappedPages pages = await Task.Run(() => Open(cached, $"{dataset.Address}/{file.Path}", dataset.Address, versionKey),
                    cancellationToken).ConfigureAwait(false);
                if (pages.HasFooterChecksum)
                    return pages;
                pages.Dispose(); // parts of the file could not be verified
            }
        }
        catch (StoreException e) when (e.Fault == StoreFault.NoRanges)
        {
            // Requires a copy of the complete file.
        }
        LocalCopy local = await dataset.Store.LocalPathAsync(file.Path, new KnownFile(file.Bytes, file.Sha256), cancellationToken)
            .ConfigureAwait(false);
        return Open(() => PlainParquetFile.Open(local.Path), local.Path, dataset.Address, versionKey, null, local);
    }

    /// <summary>Returns the number of a column.</summary>
    /// <exception cref="DatasetInvalidException">There is no column of this name and type.</exception>
    internal int Find(string name, ParquetType type) =>
        File.Find(name, type) is >= 0 and var column ? column : throw Invalid($"it has no column '{name}' of type {type}");

    /// <summary>Returns the verified values of a column in a row group. They are valid until the file is closed.</summary>
    /// <exception cref="DatasetInvalidException">The page is damaged.</exception>
    /// <exception cref="SourceUnreadableException">The disk fails.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ReadOnlySpan<T> Values<T>(int group, int column) where T : unmanaged
    {
        if (!Volatile.Read(ref isVerified[(group * columnCount) + column]))
            Verify(group, column);
        return File.Values<T>(group, column);
    }

    /// <summary>Finds where each text of a page begins, with its length before it.</summary>
    /// <param name="group">The row group.</param>
    /// <param name="values">The values of a text column in it.</param>
    /// <returns>One offset for each row, then the end of the last text.</returns>
    /// <exception cref="DatasetInvalidException">A text exceeds the page.</exception>
    internal int[] TextStarts(int group, ReadOnlySpan<byte> values)
    {
        int[] starts = new int[File.RowsOf(group) + 1];
        for (int row = 0; row < starts.Length - 1; row++)
        {
            int at = starts[row], length = values.Length - at >= sizeof(int) ? MemoryMarshal.Read<int>(values[at..]) : -1;
            if (length < 0 || length > values.Length - at - sizeof(int))
                throw Invalid($"the id of row {row} of row group {group} exceeds its page");
            starts[row + 1] = at + sizeof(int) + length;
        }
        return starts;
    }

    /// <summary>Verifies all pages.</summary>
    /// <inheritdoc cref="Values{T}" path="/exception"/>
    internal void VerifyAll(CancellationToken cancellationToken)
    {
        for (int group = 0; group < File.GroupCount; group++)
            for (int column = 0; column < columnCount; column++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                _ = Values<byte>(group, column);
            }
    }

    /// <summary>Begins to fetch row groups of a remote file.</summary>
    internal void BeginFetch(IEnumerable<int> groups) => cached?.Begin([.. groups.Select(File.BytesOf)]);

    internal DatasetInvalidException Invalid(string finding, string remedy = "Get the file again, or build the dataset again") =>
        Invalid(dataset, File.Path, finding, remedy);

    /// <inheritdoc/>
    public void Dispose()
    {
        cached?.Dispose();
        File.Dispose();
        copy?.Dispose();
    }

    private static MappedPages Open(CachedFile cached, string address, string dataset, string versionKey)
    {
        try
        {
            return Open(OpenParts, address, dataset, versionKey, cached, null);
        }
        catch (DatasetInvalidException)
        {
            // The cache may have a damaged footer.
            cached.RequireAgain(Math.Max(0, cached.LengthBytes - MaxFooterBytes), cached.LengthBytes);
        }
        try
        {
            return Open(OpenParts, address, dataset, versionKey, cached, null);
        }
        catch
        {
            cached.Dispose();
            throw;
        }

        PlainParquetFile OpenParts() => PlainParquetFile.Open(address, cached.Handle, cached.LengthBytes, cached.Require);
    }

    private static MappedPages Open(Func<PlainParquetFile> open, string path, string dataset, string versionKey, CachedFile? cached,
        LocalCopy? copy)
    {
        PlainParquetFile? mapped = null;
        try
        {
            mapped = open();
            return new MappedPages(dataset, mapped, versionKey, cached, copy);
        }
        catch (Exception e)
        {
            if (cached is null)
                mapped?.Dispose();
            copy?.Dispose();
            if (e is PlainParquetException damage)
                throw Invalid(dataset, path, damage.Finding, inner: e);
            throw;
        }
    }

    private void Verify(int group, int column)
    {
        try
        {
            File.Prefetch(group);
            string? finding = FindDamage(group, column);
            if (finding is not null && cached is not null)
            {
                (long start, long end) = File.BytesOf(group);
                cached.RequireAgain(start, end);
                File.ResetPages(group);
                finding = FindDamage(group, column);
            }
            if (finding is not null)
                throw Invalid(finding);
        }
        catch (IOException e)
        {
            throw new SourceUnreadableException(File.Path, $"it cannot be read: {e.Message.TrimEnd('.')}",
                "Check the disk, or get the file again", e);
        }
        CheckPage?.Invoke(group, column);
        Volatile.Write(ref isVerified[(group * columnCount) + column], true);
    }

    private string? FindDamage(int group, int column)
    {
        try
        {
            uint found = Crc32C.Compute(File.Bytes(group, column));
            ReadOnlySpan<char> listed = Checksums.AsSpan(ChecksumDigits * ((group * columnCount) + column), ChecksumDigits);
            return uint.TryParse(listed, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint expected)
                && found == expected ? null
                : $"column '{File.Columns[column].Name}' of row group {group} is damaged: its CRC-32C is {found:x8}, expected {listed}";
        }
        catch (PlainParquetException e)
        {
            return e.Finding;
        }
    }

    private static DatasetInvalidException Invalid(string dataset, string path, string finding,
        string remedy = "Get the file again, or build the dataset again", Exception? inner = null) =>
        new(dataset, $"{path}: {finding}", remedy, inner);
}
