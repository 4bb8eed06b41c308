using Pile.DuckDb;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Reading.Tests;

/// <summary>Saved queries of HATS catalogues: their ids, and what their roots cover. Python computes roots and hashes.</summary>
public sealed class HatsSavedQueryTests : IDisposable
{
    private const string Rows = "SELECT 100 + i AS id, 11.25 * i::DOUBLE AS ra, (i * 37 % 160 - 80)::DOUBLE AS \"dec\", i % 3 = 0 AS flag, "
        + "CASE WHEN i % 2 = 0 THEN ['a', NULL] ELSE ['b'] END AS texts FROM range(32) t(i)";

    private readonly TemporaryFolder folder = new();

    public HatsSavedQueryTests() => WriteCatalogue(Rows);

    public void Dispose() => folder.Dispose();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Saved => folder["q.query.yaml"];

    [Fact]
    public async Task The_choice_of_ids_is_saved_and_used()
    {
        long[] expected;
        string hash;
        await using (Dataset numbered = await OpenAsync(folder["cat"], "row"))
        {
            Query query = numbered.Query().OrderBy("ra").Limit(5);
            await query.SaveAsync(folder["first.query.yaml"], cancellationToken: Token);
            expected = await IdsAsync(numbered, query);
            Assert.DoesNotContain(expected, id => id >= 100);
        }
        await using (Dataset first = await OpenAsync(folder["first.query.yaml"], "row"))
        {
            Assert.Equal(expected, await IdsAsync(first, first.Query()));
            hash = await first.Query().Where("flag").SaveAsync(Saved, cancellationToken: Token);
        }
        await using Dataset second = await Dataset.OpenAsync(Saved, new DatasetOptions { VerifiesIds = true }, Token);
        long[] found = await IdsAsync(second, second.Query());
        Assert.Equal(2, found.Length); // i = 0 and 3
        Assert.Equal(expected.Intersect(found), found);
        string[] python = Python.Run("""
            import sys, json, struct, hashlib, yaml
            file = yaml.safe_load(open(sys.argv[1]))
            ids = b''.join(struct.pack('<I', len(i)) + i.encode() for i in sys.argv[2:])
            dataset = file.pop('dataset')
            document = {k: v for k, v in file.items() if k != 'layers'} | {'root': dataset['root'], 'id': dataset['id']}
            canonical = json.dumps(document, sort_keys=True, separators=(',', ':'), ensure_ascii=False)
            print(dataset['id'], hashlib.sha256(ids).hexdigest() == file['ids_sha256'], hashlib.sha256(canonical.encode()).hexdigest())
            """, [Saved, .. found.Select(id => id.ToString(System.Globalization.CultureInfo.InvariantCulture))]).Trim().Split(' ');
        Assert.Equal(["row", "True", hash], python);
    }

    [Fact]
    public async Task Other_ids_than_those_of_the_query_are_an_error()
    {
        await using (Dataset named = await OpenAsync(folder["cat"], null))
            await named.Query().Where("flag").SaveAsync(Saved, cancellationToken: Token);
        Assert.DoesNotContain("id:", await File.ReadAllTextAsync(Saved, Token), StringComparison.Ordinal); // files of before have no key
        Assert.Contains("DatasetOptions.IdColumn is 'row', but", (await Assert.ThrowsAsync<ArgumentException>(() => OpenAsync(Saved,
            "row"))).Message, StringComparison.Ordinal);
        await (await OpenAsync(Saved, "id")).DisposeAsync();

        await using (Dataset numbered = await OpenAsync(folder["cat"], "row"))
            await numbered.Query().SaveAsync(Saved, follow: true, replace: true, cancellationToken: Token);
        Assert.Contains($"but the ids of '{Saved}' are row numbers", (await Assert.ThrowsAsync<ArgumentException>(() => OpenAsync(Saved,
            "id"))).Message, StringComparison.Ordinal);
        await File.WriteAllTextAsync(Saved, (await File.ReadAllTextAsync(Saved, Token)).Replace("id: row", "id: name",
            StringComparison.Ordinal), Token);
        Assert.Contains("its ids are those of 'name' (the key 'id' of 'dataset'), which the dataset at", (await
            Assert.ThrowsAsync<DatasetInvalidException>(() => OpenAsync(Saved, null))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_root_covers_properties_and_columns_but_not_values()
    {
        string before = await RootAsync();
        string[] python = Python.Run("""
            import sys, hashlib
            properties, schema = (open(p, 'rb').read() for p in sys.argv[1:3])
            for first in range(len(schema)):
                sha = hashlib.sha256(properties)
                for last in range(first, len(schema)):
                    sha.update(schema[last:last + 1])
                    if sha.hexdigest() == sys.argv[3]:
                        print(*(name.encode() in schema[first:last + 1] for name in ('id', 'ra', 'dec', 'flag', 'texts')))
            """, [folder["cat/hats.properties"], folder["cat/dataset/_common_metadata"], before]).Trim().Split(' ');
        Assert.Equal(["True", "True", "True", "True", "True"], python); // the schema is a part of the footer

        await using (Dataset dataset = await OpenAsync(folder["cat"], null))
            await dataset.Query().Where("flag").SaveAsync(Saved, cancellationToken: Token);
        WriteCatalogue(Rows.Replace("i % 3 = 0", "i % 4 = 0", StringComparison.Ordinal));
        Assert.Equal(before, await RootAsync());
        DatasetInvalidException changed = await Assert.ThrowsAsync<DatasetInvalidException>(() => Dataset.OpenAsync(Saved,
            new DatasetOptions { VerifiesIds = true }, Token));
        Assert.Contains("The tiles of the catalogue were changed, which its root does not cover, or the file was edited", changed.Message,
            StringComparison.Ordinal);

        WriteCatalogue(Rows.Replace("11.25 * i::DOUBLE AS ra", "(11.25 * i)::FLOAT AS ra", StringComparison.Ordinal));
        Assert.NotEqual(before, await RootAsync());
        WriteCatalogue(Rows.Replace("AS flag", "AS other", StringComparison.Ordinal));
        Assert.NotEqual(before, await RootAsync());
    }

    [Fact]
    public async Task Missing_texts_of_a_list_are_empty_in_conditions_and_in_results()
    {
        await using Dataset dataset = await OpenAsync(folder["cat"], null);
        Query query = dataset.Query().Where("list_contains(texts, '')").Columns("object_id", "texts");
        Assert.Equal([.. Enumerable.Range(0, 16).Select(i => 100L + (2 * i))], (await IdsAsync(dataset, query)).Order());
        await foreach (RowBatch batch in dataset.QueryAsync(query.Limit(1), Token))
            Assert.Equal((2, "a", ""), (((TextColumnData)batch["texts"]).ElementsOf(0), ((TextColumnData)batch["texts"]).Text(0, 0),
                ((TextColumnData)batch["texts"]).Text(0, 1)));
        await foreach (RowBatch batch in dataset.SqlAsync("SELECT count(*) FILTER (list_contains(texts, '')) AS n FROM d",
            cancellationToken: Token))
            Assert.Equal(16, batch.Values<long>("n")[0]);
    }

    private async Task<string> RootAsync()
    {
        await using Dataset dataset = await OpenAsync(folder["cat"], null);
        return dataset.Root;
    }

    private static Task<Dataset> OpenAsync(string address, string? idColumn) => Dataset.OpenAsync(address, new DatasetOptions
    {
        IdColumn = idColumn,
    }, Token);

    private static async Task<long[]> IdsAsync(Dataset dataset, Query query)
    {
        List<long> ids = [];
        await foreach (RowBatch batch in dataset.QueryAsync(query.Columns("object_id"), Token))
            ids.AddRange(batch.Values<long>("object_id"));
        return [.. ids];
    }

    // A catalogue of one tile for each base pixel.
    private void WriteCatalogue(string select)
    {
        string tiles = Directory.CreateDirectory(folder["cat/dataset/Norder=0/Dir=0"]).FullName;
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory();
        using DuckDbConnection connection = database.Connect();
        connection.Execute($"CREATE OR REPLACE TABLE t AS {select}; COPY (FROM t LIMIT 0) TO '{folder["cat/dataset/_common_metadata"]}' "
            + "(FORMAT PARQUET)");
        using DuckDbResult positions = connection.Query("SELECT ra::DOUBLE, \"dec\" FROM t");
        long[] pixels = [.. positions.Chunks().SelectMany(chunk => Enumerable.Range(0, chunk.RowCount)
            .Select(i => Sky.Healpix.AngToPix(0, chunk.Values<double>(0)[i], chunk.Values<double>(1)[i])).ToArray())];
        foreach (long pixel in pixels.Distinct())
            connection.Execute($"COPY (FROM t WHERE rowid IN ({string.Join(", ", Enumerable.Range(0, pixels.Length)
                .Where(i => pixels[i] == pixel))})) TO '{tiles}/Npix={pixel}.parquet' (FORMAT PARQUET)");
        File.WriteAllLines(folder["cat/partition_info.csv"], ["Norder,Npix", .. pixels.Distinct().Select(p => $"0,{p}")]);
        File.WriteAllText(folder["cat/hats.properties"],
            $"obs_collection=made\ndataproduct_type=object\nhats_nrows={pixels.Length}\nhats_col_ra=ra\nhats_col_dec=dec\n");
    }
}
