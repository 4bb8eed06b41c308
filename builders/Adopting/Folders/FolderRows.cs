using System.Text;
using Pile.Builders;
using Pile.Format;

namespace Pile.Adopting;

/// <summary>The rows of a block, before their files have numbers.</summary>
internal sealed class FolderRows
{
    /// <summary>The path of each row.</summary>
    internal required PathList Paths { get; init; }

    /// <summary>The locations of contents: one column, or one for each ending. Files are numbered from 0.</summary>
    internal required ContentColumn[] Contents { get; init; }

    /// <summary>The files with contents.</summary>
    internal required List<ReferencedFile> Files { get; init; }

    /// <summary>Files and folders that are skipped.</summary>
    internal required List<SkippedRow> Skipped { get; init; }

    /// <summary>The size of each file; empty for grouped rows, as the next two.</summary>
    internal long[] Sizes { get; init; } = [];

    /// <summary>The time of the last change of each file, as MJD.</summary>
    internal double[] Modified { get; init; } = [];

    /// <summary>The media type of each file.</summary>
    internal MediaType[] MediaTypes { get; init; } = [];

    /// <summary>The number of files without content because they are too large, and the first one.</summary>
    internal (int Count, string? First) TooLarge { get; init; }

    /// <summary>Adds the files to the dataset, and returns the rows.</summary>
    /// <param name="schemas">The schemas of <see cref="Contents"/>.</param>
    /// <param name="idPrefix">Precedes the path in <c>object_id</c>.</param>
    /// <param name="addFile">Adds a file and returns its number.</param>
    internal RowBatch ToBatch(ColumnSchema[] schemas, string idPrefix, Func<ReferencedFile, int> addFile)
    {
        int rows = Paths.Count;
        int[] numbers = new int[Files.Count];
        for (int file = 0; file < numbers.Length; file++)
            numbers[file] = addFile(Files[file]);
        foreach (ContentColumn content in Contents)
            for (int row = 0; row < rows; row++)
                if (content.Has(row))
                    content.Files[row] = numbers[content.Files[row]];
        return new RowBatch([
            Paths.ToColumn(FileColumns.ObjectId, Encoding.UTF8.GetBytes(idPrefix)),
            Paths.ToColumn(FileColumns.Path),
            .. Sizes.Length < rows ? (ReadOnlySpan<ColumnData>)[] : [
                new ColumnData<long>(FileColumns.Size, Sizes.AsMemory(0, rows), rows),
                new ColumnData<double>(FileColumns.Modified, Modified.AsMemory(0, rows), rows)],
            .. MediaTypes.Length < rows ? (ReadOnlySpan<ColumnData>)[] : [MediaTypeColumn.Of(MediaTypes.AsSpan(0, rows))],
            .. Contents.Select((content, i) => content.ToColumn(schemas[i], rows)),
        ]);
    }
}
