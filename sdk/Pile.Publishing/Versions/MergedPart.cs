using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Pile.Format;
using Pile.Reading;

namespace Pile.Publishing.Versions;

/// <summary>What changes in the rows of a dataset when it is merged: names of groups, ids, and addresses of files.</summary>
/// <param name="renamed">The new names of columns.</param>
/// <param name="ids">The ids of the folder; null to keep those of the rows.</param>
/// <param name="move">Returns a file with its address in the result.</param>
internal sealed class MergedPart(ImmutableDictionary<string, string> renamed, FolderIds? ids, Func<ReferencedFile, ReferencedFile> move)
{
    // The writer tells files apart by reference.
    private readonly ConditionalWeakTable<ReferencedFile, ReferencedFile> moved = [];

    /// <summary>Plans the merge of datasets of one modality.</summary>
    /// <exception cref="ArgumentException">Ids of folders are requested, but two folders have one name, or ids are not text.</exception>
    /// <exception cref="SchemaMismatchException">Values are partly in rasters and partly stored.</exception>
    internal static async Task<(ImmutableArray<MergedPart> Parts, IReadOnlyDictionary<string, string> Mounts)> PlanAsync(
        IReadOnlyList<Dataset> datasets, MergeOptions options, CancellationToken cancellationToken)
    {
        RequireWindows(datasets);
        if (options.HasIdsOfFolders && datasets.GroupBy(FolderIds.NameOf).FirstOrDefault(g => g.Count() > 1) is { } several)
            throw new ArgumentException($"The folders {string.Join(" and ", several.Select(d => $"'{d.Address}'"))} have one name, so "
                + "their rows would have one item. Rename one of them.", nameof(datasets));
        MergedGroups groups = new();
        MergedMounts mounts = new();
        ImmutableArray<MergedPart>.Builder parts = ImmutableArray.CreateBuilder<MergedPart>(datasets.Count);
        foreach (Dataset dataset in datasets)
        {
            ImmutableArray<WindowGroup> own = await WindowGroup.OfAsync(dataset, cancellationToken).ConfigureAwait(false);
            parts.Add(new MergedPart(
                own.IsEmpty ? ImmutableDictionary<string, string>.Empty
                    : groups.Add(Modality.Get(dataset.Manifest.Modality).Group ?? "", own,
                        await ProductOfAsync(dataset, cancellationToken).ConfigureAwait(false)),
                options.HasIdsOfFolders ? await FolderIds.OfAsync(dataset, cancellationToken).ConfigureAwait(false) : null,
                mounts.Add(dataset)));
        }
        return (parts.MoveToImmutable(), mounts.Places);
    }

    /// <summary>Returns rows as they are in the result.</summary>
    internal RowBatch Apply(RowBatch rows)
    {
        rows = ids?.Apply(rows) ?? rows;
        return new RowBatch(rows.Columns.Select(column =>
        {
            ColumnData data = renamed.TryGetValue(column.Schema.Name, out string? name)
                ? column.WithSchema(column.Schema with { Name = name, IndexName = null }) : column;
            return data is WindowColumnData windows ? WithMoved(windows) : data;
        }))
        { SourceRows = rows.SourceRows };
    }

    private WindowColumnData WithMoved(WindowColumnData windows) =>
        new(windows.Schema, windows.RowCount, windows.Shapes.ToArray(), windows.IsNull)
        {
            BandCount = windows.BandCount,
            Sources = [.. windows.Sources.Select(file => moved.GetValue(file, f => move(f)))],
            Files = windows.Files,
            Bands = windows.Bands,
            Factors = windows.Factors,
            Windows = windows.Windows,
        };

    private static async Task<string> ProductOfAsync(Dataset dataset, CancellationToken cancellationToken) =>
        dataset.Manifest.Column("product") is { DType: DType.String, IsScalar: true }
        && await WindowGroup.DistinctAsync(dataset, "product", cancellationToken).ConfigureAwait(false) is { Length: > 0 } product
        && !product.Contains(WindowGroup.ValueSeparator, StringComparison.Ordinal) ? product : dataset.Manifest.Name;

    private static void RequireWindows(IReadOnlyList<Dataset> datasets)
    {
        if (datasets.FirstOrDefault(d => d.Manifest.Columns.Any(c => c.Storage == ColumnStorage.Reference)) is { } references)
            throw new SchemaMismatchException(references.Address, null, "its values are in files that are not rasters",
                "Use 'pile concat', which stores them");
        Dataset? windows = datasets.FirstOrDefault(d => d.Manifest.Columns.Any(c => c.Storage == ColumnStorage.Window)),
            stored = datasets.FirstOrDefault(d => !d.Manifest.IsIndexOnly);
        if (windows is not null && stored is not null)
            throw new SchemaMismatchException($"{windows.Address} and {stored.Address}", null,
                "the pixels of the first are windows of rasters, the second has shards",
                "Store the pixels of the first with 'pile copy --materialize', or use 'pile concat', which does it for all");
    }
}
