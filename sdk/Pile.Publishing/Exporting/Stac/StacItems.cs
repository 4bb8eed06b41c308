using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Pile.Earth;
using Pile.Format;
using Pile.Reading;
using Pile.Stac;
using Pile.Storage;

namespace Pile.Publishing.Exporting.Stac;

/// <summary>The rows of a dataset of scenes or chips as STAC items.</summary>
/// <remarks>A STAC item that the dataset keeps as a document is returned unchanged. EO3 documents, joined documents and rows without a
/// document become items of STAC 1.1.</remarks>
internal sealed class StacItems
{
    private const string Document = "document";

    private readonly Dataset dataset;

    /// <exception cref="ArgumentException">The dataset has neither scenes nor chips, or no footprints.</exception>
    internal StacItems(Dataset dataset)
    {
        this.dataset = dataset;
        Manifest manifest = dataset.Manifest;
        if (manifest.Modality is not (Modality.OfChips or Modality.OfScenes))
            throw new ArgumentException($"'{manifest.Name}' has the modality {manifest.Modality}; this format is for scenes and chips.",
                nameof(dataset));
        if (manifest.Column("geometry") is not { IsBytes: true } || manifest.Column("bbox") is null)
            throw new ArgumentException($"'{manifest.Name}' has no footprints (columns 'geometry' and 'bbox').", nameof(dataset));
    }

    /// <summary>The number of items with addresses relative to where their document was.</summary>
    internal long WithRelativeAddresses { get; private set; }

    /// <summary>Reads the selected rows in the order of the index.</summary>
    /// <exception cref="DatasetInvalidException">A row has no time, or its document is not valid.</exception>
    internal async IAsyncEnumerable<StacRow> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Mounts mounts = Mounts.Of(dataset.Store, dataset.Options);
        string ownHref = dataset.Store.Traits.IsLocal ? new Uri(Path.GetFullPath(dataset.Store.LocalRoot)).AbsoluteUri : dataset.Address;
        ColumnItems items = new(dataset.Address, ownHref, uri => HrefOf(uri, mounts));
        StoredRows rows = new(dataset, keepsWindows: true, wants: c =>
            !c.IsHeavy || c.Storage == ColumnStorage.Window || c.Name == Document);
        await foreach (RowBatch batch in rows.ReadSelectedAsync(cancellationToken).ConfigureAwait(false))
            for (int row = 0; row < batch.RowCount; row++)
                yield return RowOf(batch, row, items);
    }

    private StacRow RowOf(RowBatch batch, int row, ColumnItems items)
    {
        string id = batch["object_id"] is TextColumnData texts ? texts.Text(row)
            : batch.Values<long>("object_id")[row].ToString(CultureInfo.InvariantCulture);
        byte[] wkb = batch["geometry"].RowBytes(row).ToArray();
        double[] bounds = ColumnItems.NumbersOf(batch, "bbox", row) ?? throw Invalid(id, "it has no box");
        string collection = ColumnItems.TextOf(batch, "product", row) is { Length: > 0 } product ? product : dataset.Manifest.Name;
        ColumnData? documents = batch.Columns.FirstOrDefault(c => c.Schema.Name == Document);
        double start = ColumnItems.NumbersOf(batch, "mjd", row) is [var from] ? from : double.NaN;
        double end = ColumnItems.NumbersOf(batch, "mjd_end", row) is [var to] ? to : start;
        byte[]? document = documents is null || documents.IsNullAt(row) ? null : documents.RowBytes(row).ToArray();
        return new StacRow(id, collection, ColumnItems.TextOf(batch, "item", row), bounds, start, end, wkb, links =>
        {
            try
            {
                return document is null ? Made(items.Of(batch, row, id, collection, wkb, bounds), links)
                    : OfDocument(document, documents!.Schema.Encoding, id, collection, wkb, links, items.StoredOf(batch, row));
            }
            catch (Exception e) when (e is SceneInvalidException or JsonException)
            {
                throw Invalid(id, $"its document is not valid: {e.Message.TrimEnd('.')}", e);
            }
        });

        ReadOnlyMemory<byte> Made(Scene scene, IEnumerable<StacLink> links) =>
            StacItemWriter.Write(scene with { Collection = collection, Links = [.. links.Select(l => l.ToScene())] },
                Footprint.FromWkb(wkb));
    }

    private ReadOnlyMemory<byte> OfDocument(byte[] document, string? encoding, string id, string collection, byte[] wkb,
        IEnumerable<StacLink> links, Dictionary<string, StoredAsset> stored)
    {
        List<Scene> scenes = [.. SceneDocument.ParseStored(document, encoding, dataset.Address, 0)];
        if (scenes.Count == 0)
            throw Invalid(id, "its document is empty");
        if (scenes is [{ Format: SceneFormat.Stac } only])
        {
            if (only.Assets.Any(a => AssetHref.SchemeOf(a.Href) is null))
                WithRelativeAddresses++;
            return document;
        }
        Scene joined = scenes.Aggregate(SceneJoin.Assets);
        return StacItemWriter.Write(joined with
        {
            Collection = collection,
            // Assets that the recipe excludes are only in the document.
            Assets = stored.Count == 0 ? joined.Assets : [.. joined.Assets.Where(a => stored.ContainsKey(a.Key))
                .Select(a => stored[a.Key].Complete(a) with { Href = stored[a.Key].Href })],
            Links = [.. joined.Links.Where(l => l.Rel is not ("root" or "parent" or "collection" or "self")),
                .. links.Select(l => l.ToScene())],
        }, Footprint.FromWkb(wkb));
    }

    // Local files by their path, others by the address that the dataset records.
    private static string HrefOf(string uri, Mounts mounts)
    {
        if (SourceUri.FindFault(uri) is not null || !mounts.IsKnown(uri))
            return uri;
        (IFileStore store, string path) = mounts.Resolve(uri);
        return store.Traits.IsLocal ? new Uri(Path.Combine(store.LocalRoot, path)).AbsoluteUri
            : uri.StartsWith("mount:", StringComparison.Ordinal) ? Reference(store.Address.TrimEnd('/'), path)
            : SourceUri.PlaceOf(uri) is var place && place.Length < uri.Length ? Reference(place, uri[(place.Length + 1)..]) : uri;
    }

    // An href is percent-encoded (RFC 3986); a dataset records plain text, and so do the keys of buckets.
    private static string Reference(string place, string path) =>
        place.StartsWith("http", StringComparison.Ordinal) ? $"{place}/{EscapedPath.Of(path)}" : $"{place}/{path}";

    private DatasetInvalidException Invalid(string id, string finding, Exception? inner = null) =>
        new(dataset.Address, $"'{id}': {finding}", "Run 'pile validate' for all findings", inner);
}
