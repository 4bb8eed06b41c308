using System.CommandLine;
using Pile.Cli.Terminal;
using Pile.Layers;
using Pile.Reading;

namespace Pile.Cli.Commands;

/// <summary><c>pile layer create</c>: a layer without fields.</summary>
internal static class LayerCreateCommand
{
    private static readonly Option<string> Of = new("--of")
    {
        Description = CommonOptions.DatasetHelp,
        HelpName = "DATASET",
        Required = true,
    };
    private static readonly Option<string?> Name = new("--name") { Description = "The layer's name; that of its folder by default." };

    internal static Command Create()
    {
        VerbCommand command = new("create", "Makes a layer of a dataset, without fields. The dataset may be read only, or on another "
            + "store.",
            "pile layer create notes --of data/gaia",
            "pile layer create s3://lab/reviews --of https://survey.org/sdss --name reviews")
        { LayerArguments.Layer, Of, Name };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string address = parsed.GetRequiredValue(LayerArguments.Layer);
            await using Dataset dataset = await Dataset.OpenAsync(parsed.GetRequiredValue(Of), CommonOptions.DatasetOptionsOf(parsed),
                cancellationToken).ConfigureAwait(false);
            LayerStore store = await LayerWorkspace.CreateAsync(address, dataset, parsed.GetValue(Name), cancellationToken)
                .ConfigureAwait(false);
            if (parsed.GetValue(CommonOptions.Json))
                JsonOutput.Write(json =>
                {
                    json.WriteStartObject();
                    json.WriteString("layer", address);
                    json.WriteString("name", store.Manifest.Name);
                    json.WriteString("dataset", dataset.Address);
                    json.WriteString("root", store.Manifest.DatasetRoot);
                    json.WriteString("sha256", store.Manifest.Sha256);
                    json.WriteEndObject();
                });
            else
                TerminalText.Output.WriteLine($"{address}: a layer of '{dataset.Manifest.Name}' with root {store.Manifest.DatasetRoot}");
            return ExitCode.Done;
        });
        return command;
    }
}
