using System.CommandLine;
using System.Globalization;
using Pile.Cli.Terminal;
using Pile.Sky;
using Pile.Tables;

namespace Pile.Cli.Commands;

/// <summary><c>pile moc</c>: the coverage of datasets, and operations on coverage maps.</summary>
internal static class MocCommand
{
    private static readonly Argument<string[]> Terms = new("A [and|or|minus|xor B]...")
    {
        Description = "Datasets, HATS catalogues, and coverage maps as FITS, text or JSON, joined from left to right; 'not' before one is "
            + "the rest of the sky.",
        Arity = ArgumentArity.OneOrMore
    };
    private static readonly Option<int?> Order = new("--order")
    {
        Description = "The HEALPix order of the cells (default: 10 for datasets, and that of a map in a file). Cells of a finer map that "
            + "are partly covered are included.",
        HelpName = "K"
    };
    private static readonly Option<string?> Out = new("--out")
    {
        Description = $"Write the map: {MocFile.Endings}. Without it, the map is printed as text.",
        HelpName = "FILE"
    };

    private static readonly Option<bool> Time = new("--time")
    {
        Description = "The space-time coverage (ST-MOC 2.0) of one dataset with times, or of a file: cells of order 6 and slots of time."
    };

    internal static Command Create()
    {
        Order.Validators.Add(result => CommonOptions.Require(result, Order.Name,
            text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int order) && order <= Healpix.MaxOrder,
            $"a HEALPix order from 0 to {Healpix.MaxOrder}"));
        VerbCommand command = new("moc", "Finds the coverage of datasets and combines coverage maps.",
            "pile moc gaia --order 8 --out gaia.moc.fits",
            "pile moc gaia and footprint.fits minus masked.txt --out overlap.fits",
            "pile moc sdss and s3://survey/ztf --json",
            "pile moc ztf --time --out ztf.stmoc.fits")
        { Terms, Order, Time, Out, TableOutput.Replace, CommonOptions.Id, CommonOptions.Mount };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        CoverageTerm[] terms = CoverageTerm.Parse(parsed.GetRequiredValue(Terms));
        string? output = parsed.GetValue(Out);
        bool replace = parsed.GetValue(TableOutput.Replace);
        if (output is not null)
            CoverageOutput.RequireFree(output, replace, Out.Name);
        if (parsed.GetValue(Time))
            return await SpaceTimeReport.RunAsync(parsed, terms, parsed.GetValue(Order), output, replace, cancellationToken)
                .ConfigureAwait(false);
        Moc? map = null;
        foreach (CoverageTerm term in terms)
            map = term.Apply(map, await CoverageSource.ReadAsync(term.Address, parsed.GetValue(Order), parsed, cancellationToken)
                .ConfigureAwait(false));
        if (output is not null)
            MocFile.Write(output, map!, replace);
        if (parsed.GetValue(CommonOptions.Json))
            JsonOutput.Write(json =>
            {
                json.WriteStartObject();
                CoverageOutput.Write(json, map!);
                if (output is null)
                    json.WriteString("moc", map!.ToString());
                else
                    json.WriteString("out", output);
                json.WriteEndObject();
            });
        else if (output is null)
            TerminalText.Output.WriteLine(map!.ToString());
        CommonOptions.Messages(parsed)(CoverageOutput.Text(map!));
        return ExitCode.Done;
    }
}
