using System.Globalization;
using System.Reflection;
using Pile.CrossMatch.Matching;
using Pile.CrossMatch.Plain;
using Pile.Format;

namespace Pile.CrossMatch;

/// <summary>Creates the record of a match as keys and values for the metadata of a table. It does not depend on paths or times.</summary>
internal sealed class MatchRecord
{
    private readonly List<KeyValuePair<string, string>> entries = [];

    /// <summary>The entries.</summary>
    internal IReadOnlyList<KeyValuePair<string, string>> Entries => entries;

    /// <summary>Adds the sides, the options and the result.</summary>
    /// <param name="a">Side A.</param>
    /// <param name="b">Side B; null in a self match.</param>
    /// <param name="request">The match.</param>
    /// <param name="options">The options of the caller; those of the request, unless it is one of several matches.</param>
    /// <param name="radiusArcsec">The radius of the search.</param>
    /// <param name="summary">The counts.</param>
    /// <param name="density">The map of pairs.</param>
    internal void Add(SideIdentity a, SideIdentity? b, MatchRequest request, CrossMatchOptions options, double radiusArcsec,
        MatchSummary summary, MatchDensity density)
    {
        Add("pile.match.version",
            typeof(MatchRecord).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]);
        AddSide("a", a);
        AddSide("b", b ?? a);
        if (b is null)
            Add("pile.match.self", "true");
        if (options.RadiusM is not null || options.InFootprint || options.FootprintsOverlap)
        {
            Add("pile.match.radius_m", options.RadiusM is { } radiusM ? Text(radiusM) : null);
            Add("pile.match.min_radius_m", options.MinRadiusM > 0 ? Text(options.MinRadiusM) : null);
        }
        else
        {
            Add("pile.match.radius_arcsec", Text(radiusArcsec));
            Add("pile.match.min_radius_arcsec", options.MinRadiusArcsec > 0 ? Text(options.MinRadiusArcsec) : null);
        }
        Add("pile.match.find", MatchWords.Of(options.Find, options.Neighbours));
        Add("pile.match.join", MatchWords.Of(options.Join));
        Add("pile.match.listed_pairs", options.Pairs is { } listed ? Text(listed.Count) : null);
        Add("pile.match.nest", options.Nest ? "true" : null);
        Add("pile.match.errors", options.Errors == ErrorModel.None ? null : options.Errors.ToString().ToLowerInvariant());
        Add("pile.match.sigma", options.Errors == ErrorModel.Sigma ? Text(options.Sigma) : null);
        Add("pile.match.error_column_a", options.ErrorColumnA);
        Add("pile.match.error_column_b", options.ErrorColumnB);
        Add("pile.match.footprints", options.InFootprint ? "inside" : options.FootprintsOverlap ? "overlap" : null);
        AddErrors("a", request.NeedsA.Errors);
        AddErrors("b", request.NeedsB.Errors);
        Add("pile.match.group", options.GroupColumnB is { } ofB ? $"a.{options.GroupColumn}=b.{ofB}" : options.GroupColumn);
        Add("pile.match.time_window_days", options.TimeWindowDays is { } days ? Text(days) : null);
        Add("pile.match.epoch_year", options.EpochYear is { } epoch ? Text(epoch) : null);
        Add("pile.match.where", options.Where);
        Add("pile.match.matcher", options.Matcher?.GetType().Name);
        Add("pile.match.pairs", Text(summary.Pairs));
        Add("pile.match.rows_a", Text(summary.RowsA));
        Add("pile.match.rows_b", Text(summary.RowsB));
        Add("pile.match.a_without_match", Text(summary.AWithoutMatch));
        Add("pile.match.b_without_match", Text(summary.BWithoutMatch));
        Add("pile.match.groups", summary.Groups is { } groups ? Text(groups) : null);
        Add("pile.match.density", density.ToJson());
        Add("pile.match.certificate", summary.Certificate is { } certificate ? CertificateJson.Short(certificate) : null);
    }

    /// <summary>Adds the columns of times, their scales and the common scale.</summary>
    internal void Add(CommonTimes times)
    {
        Add("pile.match.time_scale", times.Scale ?? "unknown");
        foreach ((string side, SideTime time) in new[] { ("a", times.A), ("b", times.B) })
        {
            Add($"pile.match.{side}.time_columns", time.End is null ? time.Start.Name : $"{time.Start.Name},{time.End.Name}");
            Add($"pile.match.{side}.time_scale", time.Scale);
            Add($"pile.match.{side}.time_reference", time.Reference);
        }
    }

    /// <summary>Adds what identifies the positions of a dataset: the checksum of their content, and the epoch if known. Adds nothing
    /// for a table.</summary>
    internal void AddPositions(string side, SortedPositions of)
    {
        if (of is not MappedPositions positions)
            return;
        Add($"pile.match.{side}.positions_crc32c", positions.ContentChecksum);
        Add($"pile.match.{side}.epoch_year", positions.EpochYear);
    }

    // A named column is in the record as pile.match.error_column_a.
    private void AddErrors(string side, ErrorSource? errors) =>
        Add($"pile.match.errors_{side}", errors is null or { Kind: ErrorKind.Circle, IsNamed: true, FloorArcsec: 0, Growth: null } ? null
            : errors.Description);

    /// <summary>Adds the prior of probabilities, that of magnitudes, and their sources.</summary>
    internal void AddPrior(MatchPrior prior, MagnitudePrior? magnitudes, string? column)
    {
        Add("pile.match.prior", Text(prior.Value));
        Add("pile.match.prior_source", prior.Source);
        Add("pile.match.magnitude_column", magnitudes is null ? null : column);
        Add("pile.match.magnitude_prior", magnitudes?.Table);
        Add("pile.match.magnitude_prior_source", magnitudes?.Source);
    }

    /// <summary>Adds another side.</summary>
    internal void AddSide(string side, SideIdentity identity)
    {
        Add($"pile.match.{side}.kind", identity.Kind);
        Add($"pile.match.{side}.name", identity.Name);
        Add($"pile.match.{side}.version", identity.Version);
        Add($"pile.match.{side}.sha256", identity.Sha256);
        Add($"pile.match.{side}.query", identity.Query);
        Add($"pile.match.{side}.root", identity.Root);
        Add($"pile.match.{side}.selection", identity.Selection.Length == 0 ? null : identity.Selection);
    }

    /// <summary>Adds an entry, unless its value is null.</summary>
    internal void Add(string key, string? value)
    {
        if (value is not null)
            entries.Add(new(key, Redaction.Apply(value)));
    }

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
