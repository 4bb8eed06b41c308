using System.Text.Json;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources.Stac;

/// <summary>Documents that a glob and the links of a catalog both lead to are read once.</summary>
public sealed class LinkedDocumentTests : IDisposable
{
    // A catalog with an item, and a collection with another one; prints the ids of the items in all files.
    private const string Make = """
        import glob, json, os, sys
        folder = sys.argv[1]
        os.makedirs(folder + '/c')
        def catalog(path, kind, *links):
            json.dump({'type': kind, 'stac_version': '1.0.0', 'id': path, 'description': '',
                'links': [{'rel': l.split()[0], 'href': l.split()[1]} for l in links]}, open(f'{folder}/{path}', 'w'))
        catalog('catalog.json', 'Catalog', 'item ./a.json', 'child ./c/collection.json')
        catalog('c/collection.json', 'Collection', 'item b.json', 'root ../catalog.json')
        for path in ('a.json', 'c/b.json'):
            json.dump({'type': 'Feature', 'stac_version': '1.0.0', 'id': path, 'links': [], 'bbox': [0, 0, 1, 1],
                'geometry': {'type': 'Polygon', 'coordinates': [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]},
                'properties': {'datetime': '2020-01-01T00:00:00Z'}, 'assets': {'d': {'href': 'https://h.example/d.tif'}}},
                open(f'{folder}/{path}', 'w'))
        documents = [json.load(open(path)) for path in glob.glob(folder + '/**/*.json', recursive=True)]
        print(json.dumps(sorted(d['id'] for d in documents if d['type'] == 'Feature')))
        """;

    private readonly TemporaryFolder folder = new();

    [Theory]
    [InlineData("catalog.json")]
    [InlineData("[catalog.json, a.json]")]
    [InlineData("[catalog.json, c/collection.json]")]
    [InlineData("\"**/*.json\"")]
    [InlineData("\"**/*.json\"\njoin: assets")]
    public async Task A_document_of_a_glob_and_of_a_link_is_one_row(string items)
    {
        string[] expected = JsonSerializer.Deserialize<string[]>(Python.Run(Make, folder.Path))!;
        List<string> messages = [];
        List<RowBatch> batches = await BuilderRuns.Builder($"kind: stac-scenes\nitems: {items}", folder.Path, messages.Add)
            .ReadAllAsync(TestContext.Current.CancellationToken);
        Assert.Equal(expected, batches.SelectMany(batch => Enumerable.Range(0, batch.RowCount)
            .Select(row => ((TextColumnData)batch["object_id"]).Text(row))).Order(StringComparer.Ordinal));
        Assert.Empty(messages);
    }

    public void Dispose() => folder.Dispose();
}
