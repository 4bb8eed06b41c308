using System.Security.Cryptography;
using Pile.Format;
using Pile.Reading;
using Pile.Writing;

namespace Pile;

/// <content>Matched datasets on their own.</content>
public sealed partial class MatchedDataset
{
    private const string Unit = "pairs";

    /// <summary>Writes the match as a dataset of its own: a row for each pair, all stored columns of both sides as <c>a_&lt;name&gt;</c>
    /// and <c>b_&lt;name&gt;</c>, the position of A, and the provenance of both.</summary>
    /// <param name="folder">Where; there must be nothing.</param>
    /// <param name="name">The dataset's name; null for both names joined.</param>
    /// <param name="settings">How it is written; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the writing, and leaves nothing.</param>
    /// <remarks><c>object_id</c> is the number of the pair, from 0 in the order of the match. Aliases that name a column go along under
    /// their names with the prefix; those that are expressions do not.</remarks>
    /// <exception cref="OutputExistsException">There is something at the folder.</exception>
    /// <exception cref="ArgumentException">There is no pair to write.</exception>
    public async Task<BuildSummary> WriteAsync(string folder, string? name = null, WriterSettings? settings = null,
        CancellationToken cancellationToken = default)
    {
        if (Count == 0)
            throw new ArgumentException("There are no pairs: a dataset has one row at least.");
        string[] columnsA = Stored(A), columnsB = Stored(B);
        DatasetSpec spec = Spec(name);
        await using DatasetWriter writer = DatasetWriter.Create(folder, spec, settings ?? new());
        try
        {
            SourceFile a = await SourceAsync("a", A, cancellationToken).ConfigureAwait(false),
                b = await SourceAsync("b", B, cancellationToken).ConfigureAwait(false);
            using (UnitSpill unit = writer.BeginUnit(Unit, [a, b]))
            {
                long next = 0;
                await foreach (MatchedBatch batch in ReadAsync(A.Query().Native().Columns(columnsA), B.Query().Native().Columns(columnsB),
                    64, cancellationToken).ConfigureAwait(false))
                {
                    unit.Append(Row(batch, next));
                    next += batch.Pairs.RowCount;
                }
                unit.Complete();
            }
            return await writer.CommitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            // A match is not resumed: it would leave its rows, images and all, in a hidden folder.
            writer.Abandon();
            throw;
        }
    }

    private static RowBatch Row(MatchedBatch batch, long first)
    {
        long[] numbers = new long[batch.Pairs.RowCount];
        for (int i = 0; i < numbers.Length; i++)
            numbers[i] = first + i;
        List<ColumnData> columns =
        [
            new ColumnData<long>(Modality.Common.Find("object_id")!.With(DType.Int64, []), numbers),
            Standard(batch.Pairs["a_ra"], "ra"), Standard(batch.Pairs["a_dec"], "dec"),
        ];
        // Carried columns stand among those of the sides.
        columns.AddRange(((string[])["separation_arcsec", "dt_days", "position_angle_deg"]).Select(batch.Pairs.Find).OfType<ColumnData>());
        columns.AddRange(batch.A.Columns.Select(c => Prefixed(c, "a_")));
        columns.AddRange(batch.B.Columns.Select(c => Prefixed(c, "b_")));
        return new RowBatch(columns);

        static ColumnData Standard(ColumnData data, string name) => data.WithSchema(Modality.Common.Find(name)!.With(DType.Float64, []));
    }

    private static ColumnData Prefixed(ColumnData data, string prefix) =>
        data.WithSchema(ColumnMeaning.Renamed(data.Schema, prefix + data.Schema.Name) with { Role = ColumnRole.Native });

    /// <summary>The stored columns of a dataset that the writer does not make itself: neither cells nor the shapes of ragged
    /// columns.</summary>
    private static string[] Stored(Dataset dataset) =>
        [.. dataset.ColumnsOf(DatasetView.Native).Where(c => c.Name != "healpix"
            && !dataset.Manifest.Columns.Any(r => r.IsRagged && ColumnNames.Shape(r.Name) == c.Name)).Select(c => c.Name)];

    private DatasetSpec Spec(string? name)
    {
        (Manifest a, Manifest b) = (A.Manifest, B.Manifest);
        return new DatasetSpec
        {
            Name = name ?? $"{a.Name}-{b.Name}",
            Modality = "catalogue",
            Description = $"{a.Name} {a.Version} matched with {b.Name} {b.Version}: "
                + $"{string.Join(", ", Pairs.Record.Where(e => e.Key is "pile.match.radius_arcsec" or "pile.match.find" or "pile.match.where").Select(e => $"{e.Key["pile.match.".Length..]} {e.Value}"))}",
            Provenance = new Provenance
            {
                Project = Both(p => p.Project, " + "),
                Survey = Both(p => p.Survey, " + "),
                Instrument = Both(p => p.Instrument, " + "),
                Release = Both(p => p.Release, " + "),
                Licence = Both(p => p.Licence, " AND "),
                Citation = Both(p => p.Citation, "; "),
                Builder = "crossmatch",
                BuilderVersion = Pairs.Record.First(e => e.Key == "pile.match.version").Value,
            },
            EpochYear = a.EpochYear,
            Aliases = [.. Aliases(a, "a_"), .. Aliases(b, "b_")],
            SourceSettings = string.Join('\n', Pairs.Record.Select(e => $"{e.Key}={e.Value}")),
        };

        string Both(Func<Provenance, string> of, string between) =>
            string.Join(between, ((string[])[of(a.Provenance), of(b.Provenance)]).Distinct());
    }

    private static IEnumerable<AliasSchema> Aliases(Manifest manifest, string prefix) =>
        manifest.Aliases.Where(alias => alias.Native is not null)
            .Select(alias => alias with { Name = prefix + alias.Name, Native = prefix + alias.Native });

    private static async Task<SourceFile> SourceAsync(string side, Dataset dataset, CancellationToken cancellationToken)
    {
        byte[] manifest = await dataset.ReadManifestAsync(cancellationToken).ConfigureAwait(false);
        return new SourceFile($"{side}/{dataset.Manifest.Name}/{DatasetPaths.Manifest}", manifest.Length,
            Convert.ToHexStringLower(SHA256.HashData(manifest)));
    }
}
