using System.CommandLine;
using System.Globalization;
using Pile.Cli.Terminal;
using Pile.Format;
using Pile.Reading;
using Pile.Sky;
using Pile.Tables;

namespace Pile.Cli.Commands;

/// <summary><c>pile moc --time</c>: writes or shows the space-time coverage of a dataset or a file.</summary>
internal static class SpaceTimeReport
{
    internal static async Task<int> RunAsync(ParseResult parsed, CoverageTerm[] terms, int? order, string? output, bool replace,
        CancellationToken cancellationToken)
    {
        if (terms is not [{ IsComplement: false, Address: var address }] || order is not null || DatasetCollection.IsWhole(address))
            throw new UsageException("--time takes one dataset or file, without operations and --order: its cells have order "
                + $"{SpaceTimeCoverage.SpaceOrder}.");
        SpaceTimeMoc map = await ReadAsync(parsed, address, cancellationToken).ConfigureAwait(false);
        if (output is not null)
            MocFile.Write(output, map, replace);
        if (parsed.GetValue(CommonOptions.Json))
            JsonOutput.Write(json =>
            {
                json.WriteStartObject();
                CoverageOutput.Write(json, map.Space());
                json.WriteNumber("time_order", map.TimeOrder);
                json.WriteInteger("elements", map.Elements.Length);
                json.WriteFloat("start_mjd_tcb", Start(map));
                json.WriteFloat("end_mjd_tcb", End(map));
                if (output is null)
                    json.WriteString("moc", map.ToString());
                else
                    json.WriteString("out", output);
                json.WriteEndObject();
            });
        else if (output is null)
            TerminalText.Output.WriteLine(map.ToString());
        CommonOptions.Messages(parsed)($"{CoverageOutput.Text(map.Space())}" + string.Create(CultureInfo.InvariantCulture,
            $"; time order {map.TimeOrder} ({Math.Pow(2, SpaceTimeMoc.MaxTimeOrder - map.TimeOrder) / 3.6e9:0.###} h), "
            + $"{map.Elements.Length:N0} elements from MJD {Start(map):0.###} to {End(map):0.###} TCB"));
        return ExitCode.Done;
    }

    private static async Task<SpaceTimeMoc> ReadAsync(ParseResult parsed, string address, CancellationToken cancellationToken)
    {
        if (CoverageSource.IsDataset(address))
        {
            await using Dataset dataset = await CoverageSource.OpenAsync(address, parsed, cancellationToken).ConfigureAwait(false);
            return await DatasetSpaceTime.OfAsync(dataset, cancellationToken).ConfigureAwait(false);
        }
        try
        {
            return MocFile.ReadSpaceTime(InputFile.Require(address, "The coverage map"))
                ?? throw new UsageException($"'{address}' is not a space-time MOC as FITS (MOCDIM = 'TIME.SPACE').");
        }
        catch (PileException e)
        {
            throw new UsageException(e.Message); // the file is part of the command
        }
    }

    private static double Start(SpaceTimeMoc map) => map.Elements.IsEmpty ? double.NaN : SpaceTimeMoc.Mjd(map.Elements[0].Start);

    private static double End(SpaceTimeMoc map) => map.Elements.IsEmpty ? double.NaN : SpaceTimeMoc.Mjd(map.Elements[^1].End);
}
