using System.CommandLine;
using System.Globalization;
using System.Text;
using Pile.Cli.Terminal;
using Pile.CrossMatch;

namespace Pile.Cli.Commands;

/// <summary>The options of a match that state how far its result can be trusted.</summary>
internal static class TrustOptions
{
    private const string JsonEnding = ".json", PageEnding = ".html";

    private static readonly Option<string?> Certificate = new("--certificate")
    {
        Description = "Write what is known about the result: rate of chance coincidences from shifted positions, completeness and "
            + "contamination by radius, systematic shift, rows without values, hashes.",
        HelpName = "FILE.json"
    };
    private static readonly Option<string?> Diagnostics = new("--diagnostics")
    {
        Description = "Write a page that draws the certificate: separations, offsets, completeness and contamination, matched and "
            + "unmatched rows on the sky.",
        HelpName = "PAGE.html"
    };

    private static readonly Option<bool> Probability = new("--probability")
    {
        Description = "Add log10_bayes_factor, probability, p_any and p_i, from the errors of both sides (Budavári and Szalay 2008; NWAY)."
    };
    private static readonly Option<double?> Prior = CommonOptions.Number("--prior", "P0",
        "With --probability: the prior probability that a row of B is the counterpart of a row of A; by default 1 / the number of rows "
            + "that B would have on the whole sky.");
    private static readonly Option<double?> PriorCompleteness = CommonOptions.Number("--prior-completeness", "C",
        "With --probability: the part of the rows of A with a counterpart in B, a factor of the estimated prior; by default 1.");

    private static readonly Option<string?> MagnitudePrior = new("--magnitude-prior")
    {
        Description = "With --probability: a column of B with magnitudes. The prior of a row is multiplied by the density of its magnitude "
            + "among counterparts divided by that among other rows, as in NWAY.",
        HelpName = "COL"
    };
    private static readonly Option<string?> MagnitudePriorFile = new("--magnitude-prior-file")
    {
        Description = "The densities for --magnitude-prior, a bin in each line: lo hi selected others; by default estimated from secure "
            + "counterparts.",
        HelpName = "FILE"
    };

    internal static IEnumerable<Option> All =>
        [Certificate, Diagnostics, Probability, Prior, PriorCompleteness, MagnitudePrior, MagnitudePriorFile];

    /// <summary>True if a file is requested.</summary>
    internal static bool AreSet(ParseResult parsed) => parsed.GetValue(Certificate) is not null || parsed.GetValue(Diagnostics) is not null;

    internal static CrossMatchOptions Apply(ParseResult parsed, CrossMatchOptions options) => options with
    {
        WithCertificate = AreSet(parsed),
        WithDiagnostics = parsed.GetValue(Diagnostics) is not null,
        WithProbability = parsed.GetValue(Probability),
        // Column names without an error model are then those of errors, not of radii.
        Errors = parsed.GetValue(Probability) && options.Errors == ErrorModel.Radius ? ErrorModel.None : options.Errors,
        Prior = parsed.GetValue(Prior),
        PriorCompleteness = parsed.GetValue(PriorCompleteness) ?? 1,
        MagnitudeColumn = parsed.GetValue(MagnitudePrior),
        MagnitudePriorFile = parsed.GetValue(MagnitudePriorFile) is { } file ? InputFile.Require(file, "The file") : null,
    };

    /// <summary>Rejects, before the match, files that cannot be written or have another extension.</summary>
    internal static void RequireFree(ParseResult parsed, bool replace)
    {
        foreach ((Option<string?> option, string ending) in new[] { (Certificate, JsonEnding), (Diagnostics, PageEnding) })
        {
            if (parsed.GetValue(option) is not { } path)
                continue;
            if (!path.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
                throw new UsageException($"{option.Name} {path}: expected a file with the extension {ending}.");
            PictureOutput.RequireFree(path, replace, option.Name);
        }
    }

    /// <summary>Writes the files after the match.</summary>
    internal static async Task WriteAsync(ParseResult parsed, MatchSummary summary, string name, bool replace,
        CancellationToken cancellationToken)
    {
        if (parsed.GetValue(Certificate) is { } path)
            await PictureOutput.WriteAsync(path, Bytes(summary), replace, cancellationToken).ConfigureAwait(false);
        if (parsed.GetValue(Diagnostics) is { } page)
            await PictureOutput.WriteAsync(page, Encoding.UTF8.GetBytes(MatchPage.Of(summary, name)), replace, cancellationToken)
                .ConfigureAwait(false);
    }

    /// <summary>Returns the certificate as a file.</summary>
    internal static byte[] Bytes(MatchSummary summary) => Encoding.UTF8.GetBytes(summary.CertificateJson + "\n");

    /// <summary>Returns the most important numbers in one line.</summary>
    internal static string Line(MatchCertificate certificate)
    {
        List<string> parts = [];
        if (certificate is { Chance: { } chance, Curve: { } curve })
        {
            (double low, double high) = chance.Pairs95(curve.AllChancePairs);
            parts.Add(string.Create(CultureInfo.InvariantCulture,
                $"about {curve.AllChancePairs:N0} of the pairs are chance coincidences (95 %: {low:N0} to {high:N0}), from "
                + $"{chance.SampledRows:N0} rows at {chance.PairsOfShifts.Length} shifted positions"));
        }
        if (certificate.ReasonWithoutChance is { } reason)
            parts.Add($"the rate of chance coincidences was not measured: {reason}");
        if (certificate.Offset is { } offset)
            parts.Add(string.Create(CultureInfo.InvariantCulture,
                $"median offset of B {offset.EastArcsec:+0.0000;-0.0000}″ in RA·cos δ and {offset.NorthArcsec:+0.0000;-0.0000}″ in Dec"));
        return string.Join("; ", parts);
    }
}
