using Pile.DuckDb;
using Pile.Format;
using Pile.Reading;

namespace Pile.Publishing.Versions;

/// <summary>Takes ids of rows and items from the name of a dataset's folder.</summary>
/// <remarks>Ids begin with <c>NAME_</c>, unless all do already. The item is the name, or begins with it if the dataset has several
/// items.</remarks>
internal sealed class FolderIds
{
    private const string Id = "object_id", Item = "item";

    private readonly string folder;
    private readonly bool prefixesIds, prefixesItems;

    private FolderIds(string folder, bool prefixesIds, bool prefixesItems) =>
        (this.folder, this.prefixesIds, this.prefixesItems) = (folder, prefixesIds, prefixesItems);

    /// <summary>Returns the last part of a dataset's address; its name if the address is the root of a store.</summary>
    internal static string NameOf(Dataset dataset)
    {
        string path = dataset.Store.Traits.IsLocal ? dataset.Store.LocalRoot : dataset.Address.Split('?')[0];
        return path.TrimEnd('/', Path.DirectorySeparatorChar).Split('/', Path.DirectorySeparatorChar)[^1] is { Length: > 0 } name ? name
            : dataset.Manifest.Name;
    }

    /// <summary>Finds what changes in the rows of a dataset.</summary>
    /// <exception cref="ArgumentException">The ids are not text.</exception>
    internal static async Task<FolderIds> OfAsync(Dataset dataset, CancellationToken cancellationToken)
    {
        if (!dataset.IdsAreText)
            throw new ArgumentException($"The ids of '{dataset.Address}' are integers, which cannot begin with the name of a folder. Merge "
                + "it without MergeOptions.HasIdsOfFolders.", nameof(dataset));
        string name = NameOf(dataset), begin = DuckDbSql.Literal(name + "_");
        bool hasSeveral = false;
        if (dataset.Manifest.Column(Item) is { } item)
        {
            string sql = DuckDbSql.Identifier(item.SqlName);
            hasSeveral = await IsTrueAsync(dataset, $"count(DISTINCT {sql}) > 1", cancellationToken).ConfigureAwait(false);
        }
        return new FolderIds(name, await IsTrueAsync(dataset, $"NOT coalesce(bool_and(starts_with({Id}, {begin})), true)",
            cancellationToken).ConfigureAwait(false), hasSeveral);
    }

    /// <summary>Returns rows with the ids of the folder.</summary>
    internal RowBatch Apply(RowBatch rows) => new(rows.Columns.Select(c => c.Schema.Name switch
    {
        Id when prefixesIds => Changed(c, text => $"{folder}_{text}"),
        Item => Changed(c, text => !prefixesItems ? folder : text.StartsWith(folder + "_", StringComparison.Ordinal) ? text
            : $"{folder}_{text}"),
        _ => c,
    }))
    { SourceRows = rows.SourceRows };

    private static ColumnData Changed(ColumnData column, Func<string, string> change) => column is TextColumnData text
        ? TextColumnData.From(text.Schema with { StringBytes = 0 },
            [.. Enumerable.Range(0, text.RowCount).Select(row => text.IsNullAt(row) ? null : change(text.Text(row)))])
        : column;

    private static async Task<bool> IsTrueAsync(Dataset dataset, string aggregate, CancellationToken cancellationToken) =>
        await WindowGroup.DistinctAsync(dataset, $"(SELECT ({aggregate})::VARCHAR FROM d)", cancellationToken).ConfigureAwait(false)
            == "true";
}
