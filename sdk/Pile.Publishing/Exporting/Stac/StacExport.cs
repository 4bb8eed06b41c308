using Pile.Format;
using Pile.Reading;

namespace Pile.Publishing.Exporting.Stac;

/// <summary>Writes scenes or chips as a static STAC catalog: <c>catalog.json</c>, and for each product <c>collection.json</c> and one file
/// per row.</summary>
/// <remarks>The items of a product are in <c>PRODUCT/items</c>; those of chips are below a catalog for each scene,
/// <c>PRODUCT/SCENE/items</c>. Characters that an address cannot have are <c>~XX</c> in names of files (the digits of their UTF-8
/// bytes), so that an address is the name of its file, also for readers that do not decode it. All links are relative, so that the
/// folder can be moved; the links of documents are those that they had.</remarks>
internal sealed class StacExport(Dataset dataset, ExportOptions options)
{
    private const string Catalog = "catalog.json", Collection = "collection.json", Items = "items";

    private readonly StacItems items = new(dataset);
    private readonly SortedDictionary<string, Product> products = new(StringComparer.Ordinal);
    private long bytes;
    private int files;

    internal async Task<ExportSummary> RunAsync(ExportFolder folder, CancellationToken cancellationToken)
    {
        long rows = 0, total = await dataset.SelectedRowsAsync(cancellationToken).ConfigureAwait(false);
        await foreach (StacRow row in items.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (!products.TryGetValue(row.Collection, out Product? product))
                products.Add(row.Collection, product = new Product());
            product.Extent.Add(row);
            string[] place = row.Scene is { } scene ? [NameOf(row.Collection), NameOf(scene)] : [NameOf(row.Collection)];
            List<string> siblings = product.ItemsOf(row.Scene ?? "");
            siblings.Add(row.Id);
            Write(folder, [.. place, Items, $"{NameOf(row.Id)}.json"], row.Item(LinksOf(row)));
            options.Progress?.Report(new PhaseProgress("export", ++rows, total));
        }
        foreach ((string name, Product product) in products)
            Write(folder, name, product);
        Manifest manifest = dataset.Manifest;
        Write(folder, [Catalog], StacCatalogText.Catalog(manifest.Name, StacCatalogText.DescriptionOf(manifest),
            [Link("root", Catalog), .. products.Keys.Select(name => Link("child", $"{NameOf(name)}/{Collection}"))]));
        if (items.WithRelativeAddresses > 0)
            options.OnMessage?.Invoke($"{items.WithRelativeAddresses} documents have addresses of assets that are relative to the folder "
                + "from which they were read; they are exported unchanged");
        return new ExportSummary(folder.OutputPath, rows, files, bytes);
    }

    private void Write(ExportFolder folder, string name, Product product)
    {
        foreach ((string scene, List<string> ids) in product.Scenes)
            if (scene.Length > 0)
                Write(folder, [NameOf(name), NameOf(scene), Catalog], StacCatalogText.Catalog(scene, $"The chips of the scene {scene}.",
                    [Link("root", $"../../{Catalog}"), Link("parent", $"../{Collection}"), .. ids.Select(ItemLink)]));
        Write(folder, [NameOf(name), Collection], StacCatalogText.Collection(dataset.Manifest, name, product.Extent,
        [
            Link("root", $"../{Catalog}"), Link("parent", $"../{Catalog}"),
            .. product.Scenes.Keys.Where(scene => scene.Length > 0).Select(scene => Link("child", $"{NameOf(scene)}/{Catalog}")),
            .. product.ItemsOf("").Select(ItemLink),
        ]));
    }

    private static IEnumerable<StacLink> LinksOf(StacRow row) => row.Scene is null
        ? [Link("root", $"../../{Catalog}"), Link("parent", $"../{Collection}"), Link("collection", $"../{Collection}")]
        : [Link("root", $"../../../{Catalog}"), Link("parent", $"../{Catalog}"), Link("collection", $"../../{Collection}")];

    private static StacLink Link(string rel, string href) =>
        new(rel, href.StartsWith("..", StringComparison.Ordinal) ? href : $"./{href}", StacLink.Json);

    private static StacLink ItemLink(string id) => new("item", $"./{Items}/{NameOf(id)}.json", StacLink.GeoJson);

    private static string NameOf(string text) =>
        ColumnNames.ToFileName(text).Replace("~", "%7E", StringComparison.Ordinal).Replace('%', '~');

    private void Write(ExportFolder folder, string[] path, ReadOnlyMemory<byte> text)
    {
        string file = Path.Combine([folder.Path, .. path]);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        using FileStream stream = new(file, FileMode.CreateNew, FileAccess.Write);
        stream.Write(text.Span);
        bytes += text.Length;
        files++;
    }

    private sealed class Product
    {
        internal StacExtent Extent { get; } = new();

        // The ids of the items of each scene; those without a scene have the key "".
        internal SortedDictionary<string, List<string>> Scenes { get; } = new(StringComparer.Ordinal);

        internal List<string> ItemsOf(string scene)
        {
            if (!Scenes.TryGetValue(scene, out List<string>? ids))
                Scenes.Add(scene, ids = []);
            return ids;
        }
    }
}
