using System.Text;
using Pile.Format;
using Pile.Parquet;

namespace Pile.Reading;

/// <summary>The index of ids of a dataset (SCHEMA.md §6.5), which finds the positions of rows by their ids without a pass over all
/// ids.</summary>
/// <remarks>A remote index is read in the cache: its footer once, then the row group of each id. Safe for use by many threads.</remarks>
internal sealed class IdIndex : IDisposable
{
    private readonly MappedPages pages;
    private readonly long rowCount;
    private readonly int id, row;
    private readonly bool hasTextIds;
    private readonly int[]?[] textStarts;

    private IdIndex(Dataset dataset, MappedPages pages)
    {
        (this.pages, rowCount, hasTextIds) = (pages, dataset.Manifest.Rows, dataset.IdsAreText);
        id = pages.Find(IdsLayout.ObjectId, hasTextIds ? ParquetType.Text : ParquetType.Int64);
        row = pages.Find(IdsLayout.Row, ParquetType.Int64);
        textStarts = new int[hasTextIds ? pages.File.GroupCount : 0][];
        if (pages.File.RowCount != rowCount)
            throw pages.Invalid($"it has {pages.File.RowCount} rows, the manifest {rowCount}");
        for (int group = 0; group < pages.File.GroupCount; group++)
            if (hasTextIds ? pages.File.TextRangeOf(group, id) is null : pages.File.RangeOf(group, id) is null)
                throw pages.Invalid($"row group {group} has no statistics of its ids");
        pages.CheckPage = CheckPage;
    }

    /// <summary>Returns the file of the index of a dataset; null if the dataset does not have one.</summary>
    internal static DatasetFile? FileOf(Dataset dataset, FileList files)
    {
        string path = DatasetPaths.Ids(dataset.Manifest.Subset);
        return dataset.IsWithoutIndex ? null : files.Files.FirstOrDefault(f => f.Path == path);
    }

    /// <summary>Opens the index of a dataset.</summary>
    /// <returns>Null if the dataset does not have one.</returns>
    /// <exception cref="PileException">The file is damaged, or the store fails.</exception>
    internal static async Task<IdIndex?> TryOpenAsync(Dataset dataset, CancellationToken cancellationToken)
    {
        if (FileOf(dataset, await dataset.FilesAsync(cancellationToken).ConfigureAwait(false)) is not { } file)
            return null;
        MappedPages opened = await MappedPages.OpenAsync(dataset, file, IdsLayout.VersionKey, isWhole: false, cancellationToken)
            .ConfigureAwait(false);
        try
        {
            return new IdIndex(dataset, opened);
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>Finds the positions of ids in the index.</summary>
    /// <param name="ids">Ids of the dataset's kind.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <returns>The position of each id; -1 if there is no such row.</returns>
    /// <exception cref="PileException">A page is damaged, or the store fails.</exception>
    internal long[] Find(ReadOnlySpan<ObjectId> ids, CancellationToken cancellationToken)
    {
        byte[][] texts = new byte[hasTextIds ? ids.Length : 0][];
        for (int i = 0; i < texts.Length; i++)
            texts[i] = Encoding.UTF8.GetBytes(ids[i].Text);
        int[] groups = new int[ids.Length];
        for (int i = 0; i < groups.Length; i++)
            groups[i] = hasTextIds ? GroupOf(texts[i]) : GroupOf(ids[i].Number);
        if (pages.IsRemote)
            pages.BeginFetch(groups.Distinct().Where(g => g >= 0));
        long[] positions = new long[ids.Length];
        for (int i = 0; i < positions.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int found = groups[i] < 0 ? -1 : hasTextIds ? FindText(groups[i], texts[i])
                : pages.Values<long>(groups[i], id).BinarySearch(ids[i].Number);
            positions[i] = found < 0 ? -1 : pages.Values<long>(groups[i], row)[found];
        }
        if (!pages.File.IsUnchanged)
            throw pages.Invalid("it was changed while it was read");
        return positions;
    }

    /// <inheritdoc/>
    public void Dispose() => pages.Dispose();

    // The row group that can have an id, or -1.
    private int GroupOf(long number)
    {
        int group = FirstGroup(g => pages.File.RangeOf(g, id)!.Value.Max >= number);
        return group < pages.File.GroupCount && pages.File.RangeOf(group, id)!.Value.Min <= number ? group : -1;
    }

    private int GroupOf(byte[] text)
    {
        int group = FirstGroup(g => pages.File.TextRangeOf(g, id)!.Value.Max.AsSpan().SequenceCompareTo(text) >= 0);
        return group < pages.File.GroupCount && pages.File.TextRangeOf(group, id)!.Value.Min.AsSpan().SequenceCompareTo(text) <= 0
            ? group : -1;
    }

    /// <summary>Returns the first row group that ends at an id or after it; the number of row groups without one.</summary>
    private int FirstGroup(Func<int, bool> endsAtOrAfter)
    {
        int low = 0, high = pages.File.GroupCount;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = endsAtOrAfter(middle) ? (low, middle) : (middle + 1, high);
        }
        return low;
    }

    private int FindText(int group, byte[] text)
    {
        ReadOnlySpan<byte> values = pages.Values<byte>(group, id);
        // Another reader of the file may have verified the page.
        int[] starts = textStarts[group] ??= pages.TextStarts(group, values);
        int low = 0, high = starts.Length - 2;
        while (low <= high)
        {
            int middle = (low + high) / 2, order = TextAt(values, starts, middle).SequenceCompareTo(text);
            if (order == 0)
                return middle;
            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }
        return -1;
    }

    private static ReadOnlySpan<byte> TextAt(ReadOnlySpan<byte> values, int[] starts, int at) =>
        values[(starts[at] + sizeof(int))..starts[at + 1]];

    private void CheckPage(int group, int column)
    {
        if (column == row)
        {
            foreach (long position in pages.File.Values<long>(group, row))
                if (position < 0 || position >= rowCount)
                    throw pages.Invalid($"row group {group} has position {position}; the index has {rowCount} rows");
        }
        else if (hasTextIds)
            CheckTexts(group, pages.File.Bytes(group, id));
        else
            CheckNumbers(group, pages.File.Values<long>(group, id));
    }

    private void CheckNumbers(int group, ReadOnlySpan<long> ids)
    {
        bool ascends = (ids[0], ids[^1]) == pages.File.RangeOf(group, id);
        for (int i = 1; i < ids.Length; i++)
            ascends &= ids[i - 1] < ids[i];
        if (!ascends)
            throw NotAscending(group);
    }

    private void CheckTexts(int group, ReadOnlySpan<byte> values)
    {
        int[] starts = pages.TextStarts(group, values);
        (byte[] min, byte[] max) = pages.File.TextRangeOf(group, id)!.Value;
        bool ascends = TextAt(values, starts, 0).SequenceEqual(min) && TextAt(values, starts, starts.Length - 2).SequenceEqual(max);
        for (int i = 1; i < starts.Length - 1; i++)
            ascends &= TextAt(values, starts, i - 1).SequenceCompareTo(TextAt(values, starts, i)) < 0;
        if (!ascends)
            throw NotAscending(group);
        textStarts[group] = starts;
    }

    private DatasetInvalidException NotAscending(int group) =>
        pages.Invalid($"the ids of row group {group} are not in ascending order, or contradict its statistics");
}
