using System.Globalization;
using System.Text;
using Pile.Format;

namespace Pile.Review;

/// <summary>I001, I006: the rules of a HATS collection, which is a catalogue with its margins and indexes.</summary>
/// <param name="folder">The collection.</param>
/// <param name="prefix">The beginning of its paths in findings.</param>
/// <param name="log">Receives the findings.</param>
/// <param name="databases">Reads Parquet.</param>
internal sealed class HatsCollectionCheck(string folder, string prefix, FindingLog log, ReviewDatabases databases)
{
    internal const string FileName = HatsProperties.CollectionName;

    /// <summary>The keys that HATS defines for collections; any other key makes the file invalid.</summary>
    private static readonly HashSet<string> Keys = new(StringComparer.Ordinal)
    {
        "obs_collection", "hats_primary_table_url", "all_margins", "default_margin", "all_indexes", "default_index",
        "addendum_did", "bib_reference", "bib_reference_url", "creator_did", "data_ucd", "hats_builder", "hats_coordinate_epoch",
        "hats_copyright", "hats_creation_date", "hats_creator", "hats_estsize",
        "hats_frame", "hats_progenitor_url", "hats_release_date", "hats_service_url", "hats_status", "hats_version", "moc_sky_fraction",
        "obs_ack", "obs_copyright", "obs_copyright_url", "obs_description", "obs_regime",
        "obs_title", "prov_progenitor", "publisher_id", "t_max", "t_min",
    };

    /// <summary>The primary catalogue if it has been checked already; its rows are read again for margins only.</summary>
    internal HatsCatalogCheck? Primary { get; init; }

    /// <summary>The required threshold of its margin.</summary>
    internal double? MarginArcsec { get; init; }

    /// <summary>False to skip the comparison of margin rows with those of the catalogue.</summary>
    internal bool IsWithMarginRows { get; init; } = true;

    /// <summary>Checks the collection.</summary>
    /// <returns>The number of rows of the primary catalogue, as declared.</returns>
    internal long Check(CancellationToken cancellationToken)
    {
        if (Read() is not { } properties)
            return 0;
        foreach (string key in properties.Keys.Where(key => !Keys.Contains(key)))
            Invalid(key, "expected only keys that HATS defines for a collection, found this one");
        foreach (string key in (ReadOnlySpan<string>)["obs_collection", "hats_primary_table_url"])
            if (properties[key] is null)
                Invalid(key, "expected a value, found none");
        string[] margins = Words(properties["all_margins"]), indexes = Words(properties["all_indexes"]);
        if (properties["default_margin"] is { } preferred && !margins.Contains(preferred))
            Invalid("default_margin", $"expected one of all_margins, found '{preferred}'");
        if (indexes.Length % 2 != 0)
            Invalid("all_indexes", $"expected pairs of a column and a folder, found {indexes.Length} words");
        if (properties["default_index"] is { } index && !indexes.Where((_, i) => i % 2 == 0).Contains(index))
            Invalid("default_index", $"expected a column of all_indexes, found '{index}'");
        if (HatsProperties.FolderOf(properties["hats_primary_table_url"]) is not { } primaryName
            || (Primary ?? Member(primaryName, ["object", "source"], "hats_primary_table_url", cancellationToken)) is not { } primary)
            return 0;
        foreach (string name in margins)
            if (Member(name, ["margin"], "all_margins", cancellationToken) is not { } margin)
                continue;
            else if (MarginArcsec is { } threshold && margin.Properties?["hats_margin_threshold"] is { } declared
                && declared != threshold.ToString(CultureInfo.InvariantCulture))
                log.Error(FindingCodes.HatsInvalid, $"{prefix}{name}/{HatsProperties.FileName}",
                    $"'hats_margin_threshold': expected {threshold.ToString(CultureInfo.InvariantCulture)}, as the manifest has, found "
                        + $"'{declared}'");
            else if (IsWithMarginRows)
                new HatsMarginCheck(primary, Path.Combine(folder, primaryName), margin, Path.Combine(folder, name), $"{prefix}{name}/", log,
                    databases).Check(cancellationToken);
        for (int i = 0; i + 1 < indexes.Length; i += 2)
            if (Member(indexes[i + 1], ["index"], "all_indexes", cancellationToken) is { Properties: { } own }
                && own["hats_index_column"] != indexes[i])
                Invalid("all_indexes", $"expected an index of '{own["hats_index_column"]}' in '{indexes[i + 1]}', found '{indexes[i]}'");
        return long.TryParse(primary.Properties?["hats_nrows"], out long rows) ? rows : 0;
    }

    private HatsCatalogCheck? Member(string name, string[] types, string key, CancellationToken cancellationToken)
    {
        if (name.Contains('/', StringComparison.Ordinal) || name is "." or ".." || !Directory.Exists(Path.Combine(folder, name)))
        {
            Invalid(key, $"expected a folder of the collection, found '{name}'");
            return null;
        }
        HatsCatalogCheck member = new(Path.Combine(folder, name), $"{prefix}{name}/", log, databases);
        member.Check(cancellationToken);
        if (member.Properties?["dataproduct_type"] is { } type && !types.Contains(type))
            Invalid(key, $"expected '{name}' to be of type {string.Join(" or ", types)}, found '{type}'");
        return member;
    }

    private HatsProperties? Read()
    {
        try
        {
            FileInfo file = new(Path.Combine(folder, FileName));
            if (file is { Exists: true, Length: > 0 and <= HatsProperties.LargestBytes })
                return HatsProperties.Parse(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(File.ReadAllBytes(file.FullName)));
            log.Error(FindingCodes.HatsInvalid, prefix + FileName,
                file.Exists ? $"expected the collection's properties, found {file.Length} bytes"
                    : "expected the collection's properties, found no file");
        }
        catch (Exception e) when (e is FormatException or DecoderFallbackException or IOException or UnauthorizedAccessException)
        {
            log.Error(FindingCodes.HatsInvalid, prefix + FileName, $"expected lines key=value in UTF-8: {e.Message}");
        }
        return null;
    }

    private static string[] Words(string? text) => (text ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    private void Invalid(string key, string message) => log.Error(FindingCodes.HatsInvalid, prefix + FileName, $"'{key}': {message}");
}
