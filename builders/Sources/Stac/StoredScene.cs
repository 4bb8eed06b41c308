using System.Collections.Immutable;
using Pile.Format;
using Pile.Stac;

namespace Pile.Builders.Sources.Stac;

/// <summary>A row of a dataset of scenes.</summary>
/// <param name="rows">A batch with <see cref="Columns"/>.</param>
/// <param name="row">The row of the batch.</param>
/// <param name="address">The address of the dataset, for messages.</param>
/// <param name="index">The number of the scene in the dataset, for messages.</param>
internal readonly struct StoredScene(RowBatch rows, int row, string address, long index)
{
    /// <summary>The column of documents.</summary>
    internal const string Document = "document";

    private const string AssetKey = $"{SceneGroups.Asset}.key", AssetHref = $"{SceneGroups.Asset}.href";

    /// <summary>The columns that are read.</summary>
    internal static readonly string[] Columns = ["object_id", Document, AssetKey, AssetHref, .. StoredBands.Columns];

    /// <summary>The id.</summary>
    internal string Id => ((TextColumnData)rows["object_id"]).Text(row);

    /// <summary>True if the row has a document.</summary>
    internal bool HasDocument => rows.Find(Document) is ColumnData<byte> column && !column.IsNullAt(row) && column.Row(row).Length > 0;

    /// <summary>Reads the document, or joins the documents of one scene. The scene has the assets that the dataset lists.</summary>
    /// <exception cref="SceneInvalidException">A document is not valid.</exception>
    internal Scene Read()
    {
        ColumnData<byte> documents = (ColumnData<byte>)rows[Document];
        ReadOnlyMemory<byte> text = documents.Row(row).ToArray(); // the memory of a batch is used again
        Scene? joined = null;
        foreach (Scene scene in SceneDocument.ParseStored(text, documents.Schema.Encoding, address, index))
            joined = joined is null ? scene with { Index = index } : SceneJoin.Assets(joined, scene);
        return joined is null ? throw new SceneInvalidException(SceneProblem.NotScene, address, index, Id, "",
            "its document is empty", "Build the dataset of scenes again") : WithStored(joined);
    }

    private Scene WithStored(Scene scene)
    {
        if (rows.Find(AssetKey) is not TextColumnData keys || rows.Find(AssetHref) is not TextColumnData hrefs)
            return scene with { Assets = [] };
        StoredBands bands = new(rows, row);
        ImmutableArray<SceneAsset>.Builder assets = ImmutableArray.CreateBuilder<SceneAsset>();
        for (int i = 0; i < keys.ElementsOf(row); i++)
            if (scene.FindAsset(keys.Text(row, i)) is { } asset)
                assets.Add(asset with { Stored = bands.Of(asset.Key, hrefs.Text(row, i)) });
        return scene with { Assets = assets.ToImmutable() };
    }
}
