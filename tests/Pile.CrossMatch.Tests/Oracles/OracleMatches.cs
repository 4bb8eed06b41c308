using System.Diagnostics;
using System.Globalization;
using Pile.TestKit;

namespace Pile.CrossMatch.Tests.Oracles;

/// <summary>Matches of real catalogues by STILTS and astropy, which run once for all tests, and once more for the long ones.</summary>
public sealed class OracleMatches : IDisposable
{
    internal const double ArcsecPerRad = 180 * 3600 / Math.PI;

    private readonly TemporaryFolder folder = new();

    internal static readonly (string Name, string A, string B, double RadiusArcsec)[] Catalogues =
    [
        ("stars", "brightstars", "stars6", 40), ("galaxies", "rc3", "sdss_atlas", 120), ("nebulae", "ngc", "openngc", 300),
    ];

    internal static readonly (MatchFind Find, string Word)[] Finds = [(MatchFind.All, "all"), (MatchFind.Nearest, "best1"),
        (MatchFind.OneToOne, "best")];

    internal static readonly (MatchJoin Join, string Word)[] Joins =
    [
        (MatchJoin.Inner, "1and2"), (MatchJoin.Full, "1or2"), (MatchJoin.Left, "all1"), (MatchJoin.Right, "all2"),
        (MatchJoin.Anti, "1not2"), (MatchJoin.RightAnti, "2not1"), (MatchJoin.Xor, "1xor2"),
    ];

    private readonly Lazy<bool> further;

    public OracleMatches()
    {
        Prepare();
        List<string> tasks = [], longTasks = [];
        foreach ((string name, string a, string b, double radius) in Catalogues)
        {
            // The sky matcher of STILTS computes separations with an arc cosine, which is accurate to 0.003 arcsec near zero. That is
            // enough for pairs, but not to decide which of two partners is closer, so chords between unit vectors are used for it.
            double chord = 2 * Math.Sin(radius / ArcsecPerRad / 2) * ArcsecPerRad;
            foreach ((MatchFind find, string word) in Finds)
                foreach ((_, string join) in Joins)
                    (IsLong(name, find) ? longTasks : tasks).Add(Task(a, b, chord, word, join, $"{name}-{word}-{join}", "matcher=3d",
                        "values1=x y z", "values2=x y z"));
            foreach ((_, string join) in Joins)
                (IsLong(name, MatchFind.All) ? longTasks : tasks).Add(Task(a, b, radius, "all", join, $"{name}-sky-{join}", "matcher=sky",
                    "values1=ra dec", "values2=ra dec"));
            tasks.Add(Task(a, b, 1, "all", "1and2", $"{name}-skyerr", "matcher=skyerr", "values1=ra dec err", "values2=ra dec err"));
            tasks.Add(string.Join('\t', "tmatch1", $"in={folder[a]}.csv", "ifmt=csv", "matcher=sky", "values=ra dec",
                $"params={Text(radius)}", "action=identify", $"out={folder[name]}-groups.csv", "ofmt=csv"));
        }
        Run("tasks", tasks);
        further = new Lazy<bool>(() => Run("long-tasks", longTasks));
    }

    /// <summary>Whether only the long run compares a catalogue with a find. The others are one find for each catalogue.</summary>
    internal static bool IsLong(string name, MatchFind find) =>
        Array.FindIndex(Catalogues, c => c.Name == name) != Array.FindIndex(Finds, f => f.Find == find);

    public void Dispose() => folder.Dispose();

    /// <summary>The catalogue that both programs read: row, ra, dec, err, name.</summary>
    internal string Table(string catalogue) => folder[$"{catalogue}.csv"];

    /// <summary>The result of an oracle: row of A, row of B, separation or -1.</summary>
    internal List<(long? A, long? B, double Separation)> Rows(string result)
    {
        Assert.True(File.Exists(folder[$"{result}.csv"]) || further.Value); // the long ones are made when the first is needed
        string[] lines = File.ReadAllLines(folder[$"{result}.csv"]);
        string[] names = lines[0].Split(',');
        int a = Array.IndexOf(names, "row_1"), b = Array.IndexOf(names, "row_2"), separation = Array.IndexOf(names, "Separation");
        return [.. lines.Skip(1).Select(line => line.Split(','))
            .Select(f => (Row(f, a), Row(f, b), separation < 0 || f[separation].Length == 0 ? -1
                : double.Parse(f[separation], CultureInfo.InvariantCulture)))];

        static long? Row(string[] fields, int column) => column < 0 || fields[column].Length == 0 ? null
            : long.Parse(fields[column], CultureInfo.InvariantCulture);
    }

    /// <summary>The group of each row by STILTS; 0 without a group.</summary>
    internal Dictionary<long, int> Groups(string name)
    {
        string[] lines = File.ReadAllLines(folder[$"{name}-groups.csv"]);
        int row = Array.IndexOf(lines[0].Split(','), "row"), group = Array.IndexOf(lines[0].Split(','), "GroupID");
        return lines.Skip(1).Select(line => line.Split(',')).ToDictionary(f => long.Parse(f[row], CultureInfo.InvariantCulture),
            f => f[group].Length == 0 ? 0 : int.Parse(f[group], CultureInfo.InvariantCulture));
    }

    private string Task(string a, string b, double parameter, string find, string join, string result, params string[] matcher) =>
        string.Join('\t', ((string[])
        ["tmatch2", $"in1={folder[a]}.csv", $"in2={folder[b]}.csv", "ifmt1=csv", "ifmt2=csv", .. matcher, $"params={Text(parameter)}",
            $"find={find}", $"join={join}", "fixcols=all", "progress=none", $"out={folder[result]}.csv", "ofmt=csv"]));

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private void Prepare()
    {
        string[] arguments = [folder.Path, TestPaths.Data("catalog/matching"),
            .. Catalogues.SelectMany(c => (string[])[c.Name, c.A, c.B, Text(c.RadiusArcsec)])];
        Python.Run("""
            import csv, gzip, sys
            import numpy as np, astropy.units as u
            from astropy.coordinates import SkyCoord, search_around_sky
            out, data = sys.argv[1:3]
            def read(name):
                with gzip.open(f'{data}/{name}.csv.gz', 'rt') as f:
                    rows = list(csv.DictReader(f))
                with open(f'{out}/{name}.csv', 'w') as f:
                    f.write('row,ra,dec,err,name,x,y,z\n')
                    c = SkyCoord([float(r['ra']) for r in rows] * u.deg, [float(r['dec']) for r in rows] * u.deg)
                    xyz = c.cartesian.xyz.value.T * np.degrees(1) * 3600
                    for i, r in enumerate(rows):
                        f.write(f"{i},{r['ra']},{r['dec']},{(i * 7919 % 97) / 2 + 0.25},{r['name']},"
                                f"{xyz[i][0]!r},{xyz[i][1]!r},{xyz[i][2]!r}\n")
                return c
            def write(name, rows):
                with open(f'{out}/{name}.csv', 'w') as f:
                    f.write('row_1,row_2,Separation\n')
                    for i, j, s in rows: f.write(f'{i},{j},{float(s)!r}\n')
            for name, a, b, radius in zip(*[iter(sys.argv[3:])] * 4):
                ca, cb = read(a), read(b)
                i, j, s, _ = search_around_sky(ca, cb, float(radius) * u.arcsec)
                write(f'{name}-astropy-all', zip(i, j, s.arcsec))
                j, s, _ = ca.match_to_catalog_sky(cb)
                write(f'{name}-astropy-nearest', ((i, j[i], s[i].arcsec) for i in range(len(ca)) if s[i].arcsec <= float(radius)))
            """, arguments);
    }

    private bool Run(string name, List<string> tasks)
    {
        File.WriteAllLines(folder[name], tasks);
        Java(Path.Combine(TestPaths.Root, "tests", "Pile.CrossMatch.Tests", "Oracles", "Stilts.java"), folder[name]);
        Assert.True(File.Exists(folder[$"{name}.done"]), "STILTS did not finish");
        return true;
    }

    private static void Java(params string[] arguments)
    {
        using Process java = Process.Start(new ProcessStartInfo("java",
            ["-cp", "/usr/share/java/starlink-ttools.jar", .. arguments])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            UseShellExecute = false
        })!;
        Task<string> output = java.StandardOutput.ReadToEndAsync();
        string error = java.StandardError.ReadToEnd();
        java.WaitForExit();
        Assert.True(java.ExitCode == 0, $"{error}{output.Result}");
    }
}
