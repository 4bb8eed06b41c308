using System.Globalization;
using System.Text;
using System.Xml.Linq;

namespace Pile.Bench.Harness;

/// <summary>Renders the results as a page.</summary>
internal static class Report
{
    internal static string Render(string benchmark, MachineFacts machine, IReadOnlyDictionary<string, string> versions,
        IReadOnlyList<Section> sections)
    {
        StringBuilder page = new();
        page.AppendLine("# Results");
        page.AppendLine();
        page.AppendLine(CultureInfo.InvariantCulture,
            $"One run of `{Commands.Of(benchmark)}`, {DateTime.UtcNow:yyyy-MM-dd}. Ratios count: both sides ran in turn in the same run, "
                + $"and a ratio is the median over the rounds (least – most).");
        page.AppendLine("The other figures are medians, and hold for this machine alone. `README.md` says what each benchmark does not "
            + "measure.");
        page.AppendLine();
        page.AppendLine("| | |");
        page.AppendLine("|---|---|");
        page.AppendLine(CultureInfo.InvariantCulture,
            $"| machine | {machine.Cpu}, {machine.Cores} cores used, {machine.MemoryBytes / (double)(1 << 30):0.0} GiB |");
        page.AppendLine(CultureInfo.InvariantCulture, $"| load average, before and after | {machine.LoadBefore}; {MachineFacts.Load()} |");
        page.AppendLine(CultureInfo.InvariantCulture, $"| system | {machine.System} |");
        page.AppendLine(CultureInfo.InvariantCulture, $"| ours | {machine.Runtime}, {OurLibraries()} |");
        if (versions.Count > 0)
            page.AppendLine(CultureInfo.InvariantCulture, $"| peers | {string.Join(", ", versions.Select(v => $"{v.Key} {v.Value}"))} |");
        if (!InputScale.IsFull)
        {
            page.AppendLine();
            page.AppendLine(CultureInfo.InvariantCulture,
                $"**{InputScale.Variable} is {InputScale.Factor}: a trial of the bench itself. Its figures mean nothing.**");
        }
        if (!machine.IsQuiet)
        {
            page.AppendLine();
            page.AppendLine("**The machine was busy with other work: the figures are not to be quoted.**");
        }
        foreach (Section section in sections)
            Append(page, section);
        return page.ToString();
    }

    /// <summary>Replaces the sections of a page that have the same titles, and keeps the rest of the page.</summary>
    internal static string Replace(string old, MachineFacts machine, IReadOnlyList<Section> sections)
    {
        foreach (Section section in sections)
        {
            StringBuilder made = new();
            Append(made, section with
            {
                Commands = [.. section.Commands,
                ("measured", $"{DateTime.UtcNow:yyyy-MM-dd}, load average before {machine.LoadBefore}, after {MachineFacts.Load()}")]
            });
            string title = $"{Environment.NewLine}## {section.Title}{Environment.NewLine}";
            int first = old.IndexOf(title, StringComparison.Ordinal),
                end = first < 0 ? -1 : old.IndexOf($"{Environment.NewLine}## ", first + title.Length, StringComparison.Ordinal);
            old = first < 0 ? old + made : end < 0 ? old[..first] + made : old[..first] + made + old[end..];
        }
        return old;
    }

    private static void Append(StringBuilder page, Section section)
    {
        page.AppendLine();
        page.AppendLine(CultureInfo.InvariantCulture, $"## {section.Title}");
        page.AppendLine();
        page.AppendLine(section.Setting);
        page.AppendLine();
        foreach ((string what, string command) in section.Commands)
            page.AppendLine(CultureInfo.InvariantCulture, $"- {what}: `{command}`");
        page.AppendLine();
        page.AppendLine("| what | ours | peer | ratio | target | |");
        page.AppendLine("|---|---|---|---|---|---|");
        foreach (Figure f in section.Figures)
        {
            string ratio = f.Ratio is { } r
                ? string.Create(CultureInfo.InvariantCulture, $"**{r.Median:0.00}** ({r.Least:0.00} – {r.Most:0.00})") : "";
            page.AppendLine(CultureInfo.InvariantCulture,
                $"| {f.What} | {f.Ours} | {f.Peer} | {ratio} | {f.Target} | "
                    + $"{f.IsMet switch { true => "met", false => "**missed**", null => "" }} |");
        }
    }

    private static string OurLibraries()
    {
        string[] packages = ["libdeflate0"];
        string installed = ProgramRun.Run("/usr/bin/dpkg-query", ["-W", "-f=${Package} ${Version}, ", .. packages]).Output;
        XElement central = XDocument.Load(Path.Combine(Folders.Root, "Directory.Packages.props")).Root!;
        string duckDb = central.Descendants("PackageVersion")
            .First(p => p.Attribute("Include")!.Value == "DuckDB.NET.Bindings.Full").Attribute("Version")!.Value;
        return $"{installed}DuckDB.NET {duckDb}";
    }
}
