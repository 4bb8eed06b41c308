using System.Collections.Immutable;
using Pile.Format;

namespace Pile.Tables;

/// <summary>The metadata of a table as a whole, which formats store in different places: the header of FITS, INFO, LINK and COOSYS of
/// VOTable (also inside Parquet), <c>meta</c> of ECSV. CSV has none.</summary>
internal sealed record TableAbout
{
    /// <summary>One line of prose.</summary>
    public string? Description { get; init; }

    /// <summary>The frame of the columns with a UCD of <c>pos.eq</c>, for example ICRS; null if unknown.</summary>
    public string? Frame { get; init; }

    /// <summary>Facts by key, in order. Keys are lower-case words such as <c>survey</c> or <c>licence</c>, or several separated by
    /// dots.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Facts { get; init; } = [];

    /// <summary>Returns the provenance of a dataset, for tables created from it.</summary>
    /// <param name="manifest">The dataset's manifest.</param>
    /// <param name="query">The SQL of the query; null without one.</param>
    public static TableAbout Of(Manifest manifest, string? query = null)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        Provenance p = manifest.Provenance;
        (string Key, string? Value)[] facts =
        [
            ("dataset", manifest.Name), ("version", manifest.Version), ("project", p.Project), ("survey", p.Survey),
            ("instrument", p.Instrument), ("release", p.Release),
            ("licence", p.Licence), ("citation", p.Citation), ("builder", $"{p.Builder} {p.BuilderVersion}"),
            ("query", query is null ? null : Redaction.Apply(query)),
        ];
        return new TableAbout
        {
            Description = manifest.Description,
            Frame = manifest.Frame,
            Facts = [.. facts.Where(f => !string.IsNullOrWhiteSpace(f.Value))
                .Select(f => new KeyValuePair<string, string>(f.Key, f.Value!))],
        };
    }
}
