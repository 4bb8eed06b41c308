using System.Globalization;
using Pile.TestKit;

namespace Pile.Cli.Tests.Build;

/// <summary><c>pile build --task</c> and <c>--commit</c>: one build by several processes.</summary>
public sealed class TaskTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void Tasks_at_the_same_time_and_a_commit_give_the_bytes_of_one_build()
    {
        string recipe = Tables(7);
        File.WriteAllText(folder["3.csv"], "nothing\n"); // a unit that is skipped as a whole
        File.AppendAllText(folder["5.csv"], "77,1,95\n"); // a row that is skipped
        ProgramResult[] tasks = new ProgramResult[3];
        Parallel.For(0, 3, i => tasks[i] = Build(recipe, "d", "--task", $"{i}/3"));
        Assert.Equal([3, 0, 3], tasks.Select(t => t.ExitCode)); // 3.csv is a unit of task 0, 5.csv one of task 2
        Assert.Contains("task 1 of 3: 2 units are read; after all tasks, run the same command with --commit", tasks[1].Error,
            StringComparison.Ordinal);
        Assert.False(Path.Exists(folder["d"]));

        ProgramResult commit = Build(recipe, "d", "--commit");
        Assert.Equal(3, commit.ExitCode);
        Assert.DoesNotContain("in the recipe's source in the recipe's source", commit.Error, StringComparison.Ordinal);
        Assert.Equal(3, Build(recipe, "one").ExitCode);
        Assert.Equal(Fingerprint.Of(folder["one"]), Fingerprint.Of(folder["d"]));
        Assert.False(Path.Exists(folder[".d.pile-build"]));
    }

    [Fact]
    public void A_commit_reads_the_units_of_a_task_that_never_ran_and_of_another_division()
    {
        string recipe = Tables(6);
        Assert.Equal(0, Build(recipe, "d", "--task", "1/2").ExitCode);
        Assert.Equal(0, Build(recipe, "d", "--task", "0/5").ExitCode);
        Assert.Equal(0, Build(recipe, "d", "--task", "2/5").ExitCode);
        Assert.Equal(0, Build(recipe, "d", "--commit").ExitCode);
        Assert.Equal(0, Build(recipe, "one").ExitCode);
        Assert.Equal(Fingerprint.Of(folder["one"]), Fingerprint.Of(folder["d"]));
    }

    [Theory]
    [InlineData(new[] { "2.csv" }, "2.csv")]
    [InlineData(new[] { "1.csv", "2.csv", "4.csv" }, "1.csv and 2 other files")]
    public void A_file_that_is_gone_before_the_commit_is_an_error_and_a_resumed_build_leaves_it_out(string[] gone, string named)
    {
        string recipe = Tables(6);
        Assert.Equal(0, Build(recipe, "d", "--task", "0/2").ExitCode);
        Assert.Equal(0, Build(recipe, "d", "--task", "1/2").ExitCode);
        foreach (string file in gone)
            File.Move(folder[file], folder[file + ".gone"]);
        ProgramResult commit = Build(recipe, "d", "--commit");
        Assert.Equal(1, commit.ExitCode);
        Assert.Contains($"{named}: tasks have read it, but the source does not have it now. Put it back", commit.Error,
            StringComparison.Ordinal);
        Assert.False(Path.Exists(folder["d"]));

        ProgramResult without = Build(recipe, "d", "--resume");
        Assert.Equal(0, without.ExitCode);
        Assert.Contains($"{named}: not in the source any more; the rows that an earlier run has read from it are left out", without.Error,
            StringComparison.Ordinal);
        Assert.Equal(0, Build(recipe, "one").ExitCode);
        Assert.Equal(Fingerprint.Of(folder["one"]), Fingerprint.Of(folder["d"]));
    }

    [Fact]
    public void A_file_that_is_back_before_the_commit_keeps_its_rows()
    {
        string recipe = Tables(3);
        Assert.Equal(0, Build(recipe, "d", "--task", "0/1").ExitCode);
        File.Move(folder["1.csv"], folder["1.csv.gone"]);
        Assert.Equal(1, Build(recipe, "d", "--commit").ExitCode);
        File.Move(folder["1.csv.gone"], folder["1.csv"]);
        Assert.Equal(0, Build(recipe, "d", "--commit").ExitCode);
        Assert.Equal(0, Build(recipe, "one").ExitCode);
        Assert.Equal(Fingerprint.Of(folder["one"]), Fingerprint.Of(folder["d"]));
    }

    [Theory]
    [InlineData("SLURM_ARRAY_TASK_ID=5 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_STEP=2 SLURM_ARRAY_TASK_COUNT=3", "--array", "task 2 of 3")]
    [InlineData("AWS_BATCH_JOB_ARRAY_INDEX=1 AWS_BATCH_JOB_ARRAY_SIZE=2", "--array", "task 1 of 2")]
    [InlineData("JOB_COMPLETION_INDEX=0", "--array 4", "task 0 of 4")]
    public void The_share_comes_from_the_variables_of_a_scheduler(string variables, string option, string message)
    {
        string recipe = Tables(4);
        ProgramResult result = PileProgram.RunInShell($"{variables} \"$0\" build \"$@\" {option}", recipe, "--out", folder["d"]);
        Assert.Equal((0, ""), (result.ExitCode, result.ExitCode == 0 ? "" : result.Error));
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("expected I/N", "--task", "3/3")]
    [InlineData("expected I/N", "--task", "one")]
    [InlineData("this is no task of an array", "--array")]
    [InlineData("does not say how many tasks", "--array", "JOB_COMPLETION_INDEX=1")]
    [InlineData("is not one of 2 tasks", "--array", "2", "JOB_COMPLETION_INDEX=2")]
    [InlineData("is run once, after all tasks", "--task", "0/2", "--commit")]
    [InlineData("Use only one of them", "--task", "0/2", "--array")]
    [InlineData("A task reads its whole share", "--task", "0/2", "--limit", "1")]
    public void A_mistake_in_the_share_is_named(string message, params string[] options)
    {
        string variables = string.Join(' ', options.Where(o => o.Contains('=', StringComparison.Ordinal)));
        string recipe = Tables(1);
        ProgramResult result = PileProgram.RunInShell($"{variables} \"$0\" build \"$@\"",
            [recipe, "--out", folder["d"], .. options.Where(o => !o.Contains('=', StringComparison.Ordinal))]);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_task_of_another_recipe_or_during_a_build_is_refused()
    {
        string recipe = Tables(2);
        Assert.Equal(0, Build(recipe, "d", "--task", "0/2").ExitCode);
        ProgramResult other = Build(recipe, "d", "--task", "1/2", "--set", "name=other");
        Assert.Equal(1, other.ExitCode);
        Assert.Contains("units of another build", other.Error, StringComparison.Ordinal);

        ProgramResult commit = PileProgram.Run("build", recipe, "--out", folder["d"], "--commit"); // without --on-error skip
        Assert.Equal(1, commit.ExitCode);
        Assert.Contains("policy for bad rows", commit.Error, StringComparison.Ordinal);

        using FileStream held = new(folder[".d.pile-build/lock"], FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        ProgramResult locked = Build(recipe, "d", "--task", "1/2");
        Assert.Equal(1, locked.ExitCode);
        Assert.Contains("another build is writing it", locked.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_process_of_the_same_task_is_refused_and_other_tasks_run()
    {
        string recipe = Tables(2);
        Assert.Equal(0, Build(recipe, "d", "--task", "0/2").ExitCode);
        using (FileStream held = new(folder[".d.pile-build/lock-0"], FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            ProgramResult second = Build(recipe, "d", "--task", "0/2");
            Assert.Equal(1, second.ExitCode);
            Assert.Contains("another process runs task 0 of 2 already", second.Error, StringComparison.Ordinal);
            Assert.Equal(0, Build(recipe, "d", "--task", "1/2").ExitCode);
        }
        Assert.Equal(0, Build(recipe, "d", "--commit").ExitCode);
        Assert.False(Path.Exists(folder[".d.pile-build"]));
    }

    [Fact]
    public void Rows_that_decide_how_the_source_is_read_decide_for_all_tasks()
    {
        string recipe = Tables(2);
        File.WriteAllText(folder["1.csv"], "id,ra,dec\n5,1,2\n,2,2\n");
        Assert.Equal(0, Build(recipe, "whole").ExitCode);
        Assert.Equal(0, Build(recipe, "d", "--task", "1/2").ExitCode);
        Assert.Equal(0, Build(recipe, "d", "--task", "0/2").ExitCode);
        Assert.Equal(0, Build(recipe, "d", "--commit").ExitCode);
        Assert.Equal(Fingerprint.Of(folder["whole"]), Fingerprint.Of(folder["d"]));
    }

    public void Dispose() => folder.Dispose();

    private ProgramResult Build(string recipe, string name, params string[] more) =>
        PileProgram.Run(["build", recipe, "--out", folder[name], "--on-error", "skip", .. more]);

    private string Tables(int count)
    {
        for (int i = 0; i < count; i++)
            File.WriteAllText(folder[$"{i}.csv"], "id,ra,dec\n" + string.Concat(Enumerable.Range(0, 20)
                .Select(row => string.Create(CultureInfo.InvariantCulture, $"{(100 * i) + row},{(17 * row) + i},{(3 * row) - 30}\n"))));
        File.WriteAllText(folder["survey.yaml"], Recipes.Text("catalogue", "kind: table\nfiles: \"*.csv\""));
        return folder["survey.yaml"];
    }
}
