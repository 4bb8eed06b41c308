using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Pile.CrossMatch;
using Pile.Format;
using Pile.Reading;
using Pile.Writing;

namespace Pile;

/// <summary>Writes a match as a dataset.</summary>
internal sealed class MatchedDatasetWriter
{
    private const string Unit = "pairs";
    private const int BatchRows = 64, LightBatchRows = 8192;

    private readonly MatchTable pairs;
    private readonly Dataset sideA, sideB;

    /// <exception cref="ArgumentException">The match has rows without a partner, or is a match of groups.</exception>
    /// <exception cref="DatasetInvalidException">A dataset is read without its index.</exception>
    internal MatchedDatasetWriter(MatchTable pairs, Dataset a, Dataset b)
    {
        MatchedPairs.RequireInner(pairs);
        a.RequireIndex("A new dataset");
        b.RequireIndex("A new dataset");
        (this.pairs, sideA, sideB) = (pairs, a, b);
    }

    internal async Task<BuildSummary> WriteAsync(string folder, string? name, WriterSettings settings, CancellationToken cancellationToken)
    {
        foreach (Dataset side in new[] { sideA, sideB })
            if (settings.Replace && side.IsIn(folder))
                throw new ArgumentException($"The match would replace '{folder}', which contains the dataset '{side.Manifest.Name}', a "
                    + "side of the match. Choose another folder.", nameof(folder));
        await using DatasetWriter writer = DatasetWriter.Create(folder, Spec(name), settings);
        try
        {
            SourceFile sourceA = await SourceAsync("a", sideA, cancellationToken).ConfigureAwait(false),
                sourceB = await SourceAsync("b", sideB, cancellationToken).ConfigureAwait(false);
            using (UnitSpill unit = writer.BeginUnit(Unit, [sourceA, sourceB]))
            {
                long next = 0;
                int batchRows = StoredSchemas(sideA).Concat(StoredSchemas(sideB)).Any(c => c.IsHeavy) ? BatchRows : LightBatchRows;
                await foreach ((RowBatch batch, RowReader rowsA, RowReader rowsB) in MatchedPairs.OpenAsync(pairs, StoredColumns(sideA),
                    StoredColumns(sideB), cancellationToken).ConfigureAwait(false))
                    await foreach (RowBatch rows in TogetherAsync(batch, rowsA, rowsB, next, batchRows, cancellationToken)
                        .ConfigureAwait(false))
                    {
                        unit.Append(rows);
                        next += rows.RowCount;
                    }
                if (next == 0)
                    unit.Append(Together(Empty(pairs.Columns), Empty(StoredSchemas(sideA)), Empty(StoredSchemas(sideB)), 0));
                unit.Complete();
            }
            return await writer.CommitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            // A match is not resumed, so its rows must not remain in a hidden folder.
            writer.Abandon();
            throw;
        }
    }

    /// <summary>Reads both sides in step; a batch of A is cut where a batch of B ends.</summary>
    private static async IAsyncEnumerable<RowBatch> TogetherAsync(RowBatch batch, RowReader rowsA, RowReader rowsB, long firstPair,
        int batchRows, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        int first = 0;
        await foreach (RowBatch a in rowsA.ReadAllAsync(batchRows, cancellationToken).ConfigureAwait(false))
        {
            int taken = 0;
            await foreach (RowBatch b in rowsB.ReadAsync(Enumerable.Range(first, a.RowCount), batchRows, cancellationToken)
                .ConfigureAwait(false))
            {
                int[] ofA = [.. Enumerable.Range(taken, b.RowCount)], ofPairs = [.. Enumerable.Range(first + taken, b.RowCount)];
                yield return Together(new RowBatch(batch.Columns.Select(c => c.Take(ofPairs))),
                    b.RowCount == a.RowCount ? a : new RowBatch(a.Columns.Select(c => c.Take(ofA))), b, firstPair + first + taken);
                taken += b.RowCount;
            }
            first += a.RowCount;
        }
    }

    private static RowBatch Together(RowBatch pair, RowBatch a, RowBatch b, long first)
    {
        long[] numbers = new long[pair.RowCount];
        for (int i = 0; i < numbers.Length; i++)
            numbers[i] = first + i;
        PositionFrame frame = pair.Find("a_ra") is null ? PositionFrame.Wgs84 : PositionFrame.Icrs;
        Modality common = Modality.Get("common", frame);
        List<ColumnData> columns =
        [
            new ColumnData<long>(common.Find("object_id")!.With(DType.Int64, []), numbers),
            Standard(pair[$"a_{frame.Lon}"], frame.Lon), Standard(pair[$"a_{frame.Lat}"], frame.Lat),
        ];
        ColumnData[] ofSides = [.. a.Columns.Select(c => Prefixed(c, "a_")), .. b.Columns.Select(c => Prefixed(c, "b_"))];
        // Carried columns are among those of the sides.
        columns.AddRange(((string[])[.. MatchColumns.SeparationNames, "dt_days", "a_epoch_index", "b_epoch_index", "position_angle_deg"])
            .Select(pair.Find).OfType<ColumnData>().Where(c => !ofSides.Any(other => other.Schema.Name == c.Schema.Name)));
        columns.AddRange(ofSides);
        return new RowBatch(columns);

        ColumnData Standard(ColumnData data, string name) => data.WithSchema(common.Find(name)!.With(DType.Float64, []));
    }

    private static ColumnData Prefixed(ColumnData data, string prefix) =>
        data.WithSchema(ColumnMeaning.Renamed(data.Schema, prefix + data.Schema.Name) with { Role = ColumnRole.Native });

    /// <summary>Selects the stored columns of a dataset, except those that the writer adds: cells and the shapes of ragged
    /// columns.</summary>
    private static Query StoredColumns(Dataset dataset) =>
        dataset.Query().Native().Columns(StoredSchemas(dataset).Select(c => c.Name));

    private static IEnumerable<ColumnSchema> StoredSchemas(Dataset dataset) => dataset.ColumnsOf(DatasetView.Native).Where(c =>
        c.Name != "healpix" && !dataset.Manifest.Columns.Any(r => r.IsRagged && ColumnNames.Shape(r.Name) == c.Name));

    // A match without pairs is a dataset without rows, which still has all columns.
    private static RowBatch Empty(IEnumerable<ColumnSchema> columns) => new(columns.Select(ColumnTypes.Empty));

    private DatasetSpec Spec(string? name)
    {
        (Manifest a, Manifest b) = (sideA.Manifest, sideB.Manifest);
        // The roots of both sides are those of their manifests, among the source files.
        var described = pairs.Record.Where(e => e.Key is "pile.match.radius_arcsec" or "pile.match.radius_m" or "pile.match.find"
            or "pile.match.where" or "pile.match.a.query" or "pile.match.b.query"
            || (e.Key is "pile.match.a.selection" or "pile.match.b.selection" && e.Value.StartsWith("layer ", StringComparison.Ordinal)));
        return new DatasetSpec
        {
            Name = name ?? $"{a.Name}-{b.Name}",
            Modality = "catalogue",
            Description = $"{a.Name} {a.Version} matched with {b.Name} {b.Version}: "
                + string.Join(", ", described.Select(e => $"{e.Key["pile.match.".Length..]} {e.Value}")),
            Provenance = new Provenance
            {
                Project = Both(p => p.Project, " + "),
                Survey = Both(p => p.Survey, " + "),
                Instrument = Both(p => p.Instrument, " + "),
                Release = Both(p => p.Release, " + "),
                Licence = Provenance.JoinedLicence([a.Provenance.Licence, b.Provenance.Licence]),
                Citation = Both(p => p.Citation, "; "),
                Builder = "crossmatch",
                BuilderVersion = pairs.Record.First(e => e.Key == "pile.match.version").Value,
            },
            Frame = PositionFrame.Of(a.Frame),
            EpochYear = a.EpochYear,
            Aliases = Aliases(),
            SourceSettings = string.Join('\n', pairs.Record.Select(e => $"{e.Key}={e.Value}")),
        };

        string Both(Func<Provenance, string> of, string between) =>
            string.Join(between, ((string[])[of(a.Provenance), of(b.Provenance)]).Distinct());
    }

    /// <summary>Returns the aliases of both sides with the names of the matched columns, also in expressions.</summary>
    private ImmutableArray<AliasSchema> Aliases()
    {
        (Dataset Dataset, string Prefix)[] sides = [(sideA, "a_"), (sideB, "b_")];
        ImmutableArray<ColumnSchema> columns = ColumnNames.WithIndexNames(
            sides.SelectMany(s => s.Dataset.ColumnsOf(DatasetView.Native).Select(c => ColumnMeaning.Renamed(c, s.Prefix + c.Name))),
            sides.SelectMany(s => s.Dataset.Manifest.Aliases.Select(alias => s.Prefix + alias.Name)));
        return [.. sides.SelectMany(s => RenamedAliases.Of(s.Dataset, s.Prefix, columns))];
    }

    private static async Task<SourceFile> SourceAsync(string side, Dataset dataset, CancellationToken cancellationToken)
    {
        byte[] manifest = await dataset.ReadManifestAsync(cancellationToken).ConfigureAwait(false);
        return new SourceFile($"{side}/{dataset.Manifest.Name}/{DatasetPaths.Manifest}", manifest.Length,
            Convert.ToHexStringLower(SHA256.HashData(manifest)));
    }
}
