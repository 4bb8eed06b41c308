using System.Text.Json.Nodes;

namespace Pile.Layers;

/// <summary>What a commit of a source says about the scan that made it.</summary>
/// <param name="IsComplete">True for the last commit of a scan: the source then lists every file.</param>
/// <param name="Skipped">The number of files and folders that the scan could not list or read so far.</param>
/// <param name="Revision">The commit of a Git repository whose files are listed; empty for a folder or bucket.</param>
internal sealed record LayerScan(bool IsComplete, long Skipped, string Revision)
{
    internal JsonObject ToJson()
    {
        JsonObject json = new() { ["skipped"] = Skipped };
        if (IsComplete)
            json["complete"] = true;
        if (Revision.Length > 0)
            json["revision"] = Revision;
        return json;
    }

    internal static LayerScan Read(JsonMap json)
    {
        json.RequireKeys("complete", "skipped", "revision");
        return new LayerScan(json.Flag("complete"), json.Integer("skipped"), json.TextOrNull("revision") ?? "");
    }
}
